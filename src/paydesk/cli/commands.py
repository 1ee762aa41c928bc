"""The commands and what they take. What they do lives in a module each, loaded when it is asked."""

from __future__ import annotations

import os
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from paydesk.cli import asking, following
from paydesk.cli.console import complain, fail
from paydesk.cli.loading import loading
from paydesk.core.api_keys import NAME_CHARACTERS_MAX
from paydesk.core.tax import TaxExempt
from paydesk.core.tax_codes import GOODS
from paydesk.settings import PREFIX, Settings

app = typer.Typer(
    help="A self-hosted checkout that speaks Stripe's language.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


keys_app = typer.Typer(help="The keys that open the API outside the sandbox.")
app.add_typer(keys_app, name="keys", no_args_is_help=True)

tax_app = typer.Typer(help="How taxes are found.")
app.add_typer(tax_app, name="tax", no_args_is_help=True)

asking.register(app)
following.register(app)


def settings_from(**options: Any) -> Settings:
    """The settings from the environment, and over them the options that were given.

    Ends the command with a sentence for each value that can't be used.
    """
    unknown_variables()
    try:
        return Settings(**{name: value for name, value in options.items() if value is not None})
    except ValidationError as error:
        for problem in error.errors(include_url=False):
            name = str(problem["loc"][0])
            reason = problem["msg"].removeprefix("Value error, ")
            complain(f"{PREFIX}{name.upper()} can't be {problem['input']!r}: {reason}.")
        raise typer.Exit(2) from None


def unknown_variables() -> None:
    """Say so when the environment has a variable that looks like a setting and is none."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            complain(f"{name} is no setting of Paydesk, so it changes nothing.")


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"paydesk {version('paydesk')}")
        raise typer.Exit


@app.callback(epilog="$ paydesk serve --forward-to http://localhost:4242/webhook")
def paydesk(
    show_version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """A self-hosted checkout that speaks Stripe's language."""


Database = Annotated[
    str | None,
    typer.Option(help="sqlite:///file.db (paydesk.db in this folder) or postgresql://…"),
]
BaseURL = Annotated[
    str | None, typer.Option(help="Where buyers reach this server (http://host:port).")
]
Mode = Annotated[
    str | None, typer.Option(help="sandbox or live (sandbox): docs/deploying.md tells more.")
]
Payments = Annotated[
    str | None,
    typer.Option(help="Who moves the money; live mode wants it named: sandbox, which moves none."),
]
WebhookNetworks = Annotated[
    str | None,
    typer.Option(help="Private networks that live webhooks may go to: 10.1.0.0/16 … (none)."),
]
WebhookConcurrency = Annotated[
    int | None, typer.Option(help="Attempts under way at one webhook endpoint, by process (4).")
]
EventDays = Annotated[
    int | None, typer.Option(help="Drop delivered events after so many days (never).")
]
LogFormat = Annotated[str | None, typer.Option(help="console or json (console).")]
LogLevel = Annotated[
    str | None, typer.Option(help="debug, info, warning, error or critical (info).")
]


@app.command(epilog="$ paydesk serve --port 4000 --database sqlite:///shop.db")
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on (127.0.0.1).")] = None,
    port: Annotated[
        int | None, typer.Option(help="Port to listen on (12111); 0 takes a free one.")
    ] = None,
    unix_socket: Annotated[
        Path | None,
        typer.Option(help="Also listen on this socket, for STRIPE_CLI_UNIX_SOCKET (no)."),
    ] = None,
    database: Database = None,
    workers: Annotated[
        int | None, typer.Option(help="Processes that serve (1); several need PostgreSQL.")
    ] = None,
    background: Annotated[
        bool | None,
        typer.Option(help="Also do what `paydesk worker` does (yes)."),
    ] = None,
    mode: Mode = None,
    payments: Payments = None,
    base_url: BaseURL = None,
    webhook_networks: WebhookNetworks = None,
    webhook_concurrency: WebhookConcurrency = None,
    frame_origins: Annotated[
        str | None,
        typer.Option(
            help="Further sites whose pages may frame a checkout: https://shop.example,… (none)."
        ),
    ] = None,
    forward_to: Annotated[
        str | None,
        typer.Option(help="Your webhook handler: it gets every event of the demo account."),
    ] = None,
    merchant: Annotated[
        str | None, typer.Option(help="The name that buyers read (Sandbox shop).")
    ] = None,
    strict: Annotated[
        bool | None,
        typer.Option(
            help="Refuse old words under new API versions and new ones under old (understand all)."
        ),
    ] = None,
    event_days: EventDays = None,
    log_format: LogFormat = None,
    log_level: LogLevel = None,
) -> None:
    """Start the server, by default a sandbox on http://127.0.0.1:12111.

    Each option can be an environment variable as well: PAYDESK_PORT, PAYDESK_DATABASE, …
    """
    with loading():
        from paydesk.cli.serve import serve as run

    run(
        settings_from(
            host=host, port=port, unix_socket=unix_socket, database=database, workers=workers,
            background=background, mode=mode, payments=payments, base_url=base_url,
            webhook_networks=webhook_networks, webhook_concurrency=webhook_concurrency,
            frame_origins=frame_origins,
            forward_to=forward_to, merchant=merchant, strict=strict, event_days=event_days,
            log_format=log_format, log_level=log_level,
        )
    )  # fmt: skip


@app.command(epilog="$ paydesk worker --database postgresql://paydesk@db.internal/paydesk")
def worker(
    database: Database = None,
    mode: Mode = None,
    payments: Payments = None,
    base_url: BaseURL = None,
    webhook_networks: WebhookNetworks = None,
    webhook_concurrency: WebhookConcurrency = None,
    event_days: EventDays = None,
    log_format: LogFormat = None,
    log_level: LogLevel = None,
) -> None:
    """Do what nobody asks for: deliver webhooks, end sessions, settle payments. Serve nobody.

    Each `paydesk serve` does that as well, unless it is told --no-background. Give the worker the
    servers' own settings: what it writes holds their addresses.
    """
    with loading():
        from paydesk.cli.worker import work

    work(
        settings_from(
            database=database, mode=mode, payments=payments, base_url=base_url,
            webhook_networks=webhook_networks, webhook_concurrency=webhook_concurrency,
            event_days=event_days, log_format=log_format, log_level=log_level,
        )
    )  # fmt: skip


@app.command(epilog="$ paydesk backup copy.db")
def backup(
    target: Annotated[Path, typer.Argument(help="The new file. It must not exist.")],
    database: Database = None,
) -> None:
    """Copy the database into a new file while the server goes on.

    The copy is the database at one moment, checked before it gets its name.
    """
    from paydesk.cli.backup import backup as copy

    copy(settings_from(database=database), target)


@keys_app.command("create", epilog="$ paydesk keys create --name 'Till 1'")
def create_keys(
    name: Annotated[str, typer.Option(help="What you will know them by.")] = "",
    account: Annotated[
        str | None, typer.Option(help="The account that they are for (a new one).")
    ] = None,
    database: Database = None,
) -> None:
    """Make a secret key and a publishable key, and show them once.

    With SQLite stop the server first: one file serves one process.
    """
    if len(name) > NAME_CHARACTERS_MAX:
        fail(f"A name has at most {NAME_CHARACTERS_MAX} characters.")
    from paydesk.cli import keys

    keys.create(settings_from(database=database), name, account)


@keys_app.command("list", epilog="$ paydesk keys list")
def list_keys(database: Database = None) -> None:
    """List the keys of every account, without the keys themselves."""
    from paydesk.cli import keys

    keys.show(settings_from(database=database))


@keys_app.command("revoke", epilog="$ paydesk keys revoke key_…")
def revoke_key(
    id: Annotated[str, typer.Argument(help="key_…, as the list has it.")],
    database: Database = None,
) -> None:
    """Let a key open nothing any more, within seconds."""
    from paydesk.cli import keys

    keys.revoke(settings_from(database=database), id)


@tax_app.command(epilog="$ paydesk tax explain --country US --postal-code 94103 --amount 2000")
def explain(
    country: Annotated[str, typer.Option(help="The buyer's, as two letters.")],
    amount: Annotated[int, typer.Option(min=0, help="Of the line, in minor units.")] = 1000,
    currency: Annotated[str, typer.Option()] = "usd",
    state: Annotated[str | None, typer.Option(help="The buyer's state or province.")] = None,
    postal_code: Annotated[str | None, typer.Option(help="The buyer's.")] = None,
    tax_code: Annotated[str, typer.Option(help="What the product is.")] = GOODS,
    inclusive: Annotated[bool, typer.Option(help="The price has the tax inside.")] = False,
    tax_id: Annotated[str | None, typer.Option(help="The buyer's, taken as verified.")] = None,
    exempt: Annotated[TaxExempt, typer.Option(help="The customer's tax_exempt.")] = "none",
    registered: Annotated[
        list[str] | None,
        typer.Option(help="A registration besides those of a new account: DE, US-NY, CA-QC."),
    ] = None,
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day.")] = None,
) -> None:
    """Print how the tax of a line is found by the built-in rates, step by step."""
    from paydesk.cli import tax

    tax.explain(
        tax.Sale(
            country=country, state=state, postal_code=postal_code, amount=amount,
            currency=currency.lower(), tax_code=tax_code, inclusive=inclusive, tax_id=tax_id,
            exempt=exempt, registered=registered or (), day=on,
        )
    )  # fmt: skip
