"""The commands that stay and tell what happens at a running server."""

from __future__ import annotations

from typing import Annotated

import typer

from paydesk.api.params.spec import event_types
from paydesk.cli import forwarding
from paydesk.cli.asking import LOCAL, SecretKey, Url
from paydesk.cli.client import Merchant
from paydesk.cli.console import MISUSED, complain, console, fail
from paydesk.cli.line import SESSIONS
from paydesk.cli.listen import Choice
from paydesk.cli.listen import listen as run_listener
from paydesk.core.api_keys import DEMO
from paydesk.core.listeners import WEBHOOKS

ENDPOINTS_MAX = 100


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(listen)


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
        session = merchant.write(SESSIONS, {"websocket_features[0]": WEBHOOKS})
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
