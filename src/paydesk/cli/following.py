"""The commands that stay and tell what happens at a running server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from paydesk.api.params.spec import event_types
from paydesk.cli import forwarding
from paydesk.cli.asking import LOCAL, SecretKey, Url
from paydesk.cli.client import Merchant
from paydesk.cli.console import MISUSED, complain, console, fail
from paydesk.cli.listen import Choice
from paydesk.cli.listen import listen as run_listener
from paydesk.cli.logs import Wanted
from paydesk.cli.logs import logs as show_logs
from paydesk.core.api_keys import DEMO
from paydesk.core.listeners import SESSIONS_PATH, WEBHOOKS
from paydesk.core.request_log import EARLIER_MAX, statuses

ENDPOINTS_MAX = 100
OUTCOMES = {"succeeded", "failed"}
ACCOUNTS = {"self", "connect_in", "connect_out"}


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="$ paydesk listen --forward-to localhost:4242/webhook")(listen)
    app.command(epilog="$ paydesk logs --status 4xx")(logs)


def listen(
    forward_to: Annotated[
        str, typer.Option("--forward-to", "-f", help="Your handler: localhost:4242/webhook.")
    ] = "",
    events: Annotated[
        str, typer.Option("--events", "-e", help="Only these types, between commas (all).")
    ] = "*",
    headers: Annotated[
        list[str] | None,
        typer.Option("--headers", "-H", help="Headers for your handler: 'Name: value, …'."),
    ] = None,
    latest: Annotated[
        bool, typer.Option("--latest", "-l", help="In the words of the newest API version.")
    ] = False,
    skip_verify: Annotated[
        bool, typer.Option("--skip-verify", help="Take any certificate of your handler's.")
    ] = False,
    print_json: Annotated[
        bool, typer.Option("--print-json", "-j", help="Print each event as JSON, one a line.")
    ] = False,
    print_secret: Annotated[
        bool, typer.Option("--print-secret", help="Print the signing secret, and end.")
    ] = False,
    load_from_webhooks_api: Annotated[
        bool,
        typer.Option(
            "--load-from-webhooks-api",
            "--use-configured-webhooks",
            help="Forward what your webhook endpoints want, to their paths behind --forward-to.",
        ),
    ] = False,
    url: Url = LOCAL,
    key: SecretKey = DEMO.secret,
) -> None:
    """Show the events of your account as they happen, and forward them to your webhook handler."""
    merchant = Merchant(url, key)
    if print_secret:
        session = merchant.write(SESSIONS_PATH, {"websocket_features[0]": WEBHOOKS})
        return console(markup=False).print(session["secret"])
    if load_from_webhooks_api and not forward_to:
        fail("--load-from-webhooks-api needs --forward-to: where your handler is.", MISUSED)
    handler = forwarding.handler_url(forward_to) if forward_to else ""
    routes = [forwarding.Route(handler)] if handler else []
    if load_from_webhooks_api:
        routes = _routes_of(merchant, handler)
    return run_listener(
        merchant,
        Choice(
            routes=routes,
            forwards_to=handler,
            types=_types(events),
            latest=latest,
            headers=forwarding.headers_from(headers or []),
            verified=not skip_verify,
            as_json=print_json,
        ),
    )


def logs(
    tail: Annotated[str, typer.Argument(help="As Stripe's CLI says it.", hidden=True)] = "tail",
    status: Annotated[
        str,
        typer.Option(
            "--status",
            "--filter-status-code",
            "--filter-status-code-type",
            help="Only these statuses or classes: 402,5xx.",
        ),
    ] = "",
    method: Annotated[
        str, typer.Option("--method", "--filter-http-method", help="Only these: POST,DELETE.")
    ] = "",
    path: Annotated[
        str,
        typer.Option("--path", "--filter-request-path", help="Only this, or its beginning and *."),
    ] = "",
    outcome: Annotated[
        str, typer.Option("--filter-request-status", help="Only succeeded or only failed.")
    ] = "",
    account: Annotated[
        str,
        typer.Option("--account", "--filter-account", help="Only self, connect_in, connect_out."),
    ] = "",
    earlier: Annotated[
        int, typer.Option("--earlier", "-n", min=0, max=EARLIER_MAX, help="How many from before.")
    ] = 20,
    follow: Annotated[bool, typer.Option(help="Wait for what comes.")] = True,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print each request as JSON, one a line.")
    ] = False,
    url: Url = LOCAL,
    key: SecretKey = DEMO.secret,
) -> None:
    """Show the latest requests of your account, and then each as it is answered.

    The key says whose they are. `paydesk logs tail` is the same.
    """
    if tail != "tail":
        fail(f"logs has no {tail!r}: say `paydesk logs`, or `paydesk logs tail`.", MISUSED)
    filters = {
        "filter_status_code": _words(status, "--status", lambda word: statuses(word) is not None),
        "filter_http_method": _words(method, "--method", str.isalpha),
        "filter_request_path": _words(path, "--path", lambda word: word.startswith("/")),
        "filter_request_status": _words(outcome, "--filter-request-status", OUTCOMES.__contains__),
        "filter_account": _words(account, "--account", ACCOUNTS.__contains__),
    }
    wanted = Wanted(filters=filters, earlier=earlier, follow=follow, as_json=as_json)
    show_logs(Merchant(url, key), wanted)


def _words(text: str, option: str, is_one: Callable[[str], bool]) -> list[str]:
    """The words of an option, between commas. Ends the command when one can't be meant."""
    words = text.replace(",", " ").lower().split()
    for word in words:
        if not is_one(word):
            fail(f"{option} can't be {word!r}: see `paydesk logs --help`.", MISUSED)
    return words


def _types(events: str) -> list[str]:
    """The types of events that are named; says so when there is no such event."""
    types = events.replace(",", " ").split()
    for name in types:
        if name not in {forwarding.EVERY_EVENT, *event_types()}:
            complain(f"{name} is no event that Paydesk knows of.")
    return types or [forwarding.EVERY_EVENT]


def _routes_of(merchant: Merchant, handler: str) -> list[forwarding.Route]:
    endpoints = merchant.read(f"/v1/webhook_endpoints?limit={ENDPOINTS_MAX}")["data"]
    routes = forwarding.routes_of(endpoints, handler)
    if not routes:
        fail("You have no webhook endpoint that is enabled: leave --load-from-webhooks-api out.")
    return routes
