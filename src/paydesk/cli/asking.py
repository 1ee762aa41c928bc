"""The commands that ask a running server, as a merchant or their buyer would."""

from __future__ import annotations

from typing import Annotated

import typer

from paydesk.cli import triggers
from paydesk.cli.buyer import pay as pay_session
from paydesk.cli.client import Merchant
from paydesk.cli.console import console, fail
from paydesk.core.api_keys import DEMO

Url = Annotated[
    str, typer.Option("--url", "--api-base", help="Where the server is.", envvar="PAYDESK_URL")
]
SecretKey = Annotated[
    str, typer.Option("--key", "--api-key", help="Your secret key.", envvar="STRIPE_API_KEY")
]
LOCAL = "http://127.0.0.1:12111"

events_app = typer.Typer(help="What happened.")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(epilog="$ paydesk trigger checkout.session.completed")(trigger)
    app.command(epilog="$ paydesk pay cs_test_… --quantity 1=3")(pay)
    app.add_typer(events_app, name="events", no_args_is_help=True)


def trigger(
    event: Annotated[str, typer.Argument(help="Such as checkout.session.completed.")],
    url: Url = LOCAL,
    key: SecretKey = DEMO.secret,
) -> None:
    """Make an event happen by the requests that lead to it, for your webhook handler to see.

    `paydesk trigger list` tells which there are.
    """
    out = console()
    if event == "list":
        return out.print("\n".join(triggers.TRIGGERS))
    if event not in triggers.TRIGGERS:
        fail(f"There is no trigger for {event}. There are: {', '.join(triggers.TRIGGERS)}.")
    for path, id in triggers.trigger(Merchant(url, key), event):
        out.print(f"POST {path}  [bold]{id}[/bold]")
    return out.print(f"[green]{event} has happened.[/green]")


def pay(
    session: Annotated[str, typer.Argument(help="cs_test_…")],
    card: Annotated[
        str | None,
        typer.Option(help="`declined` and the like, or a test card: its number, or pm_card_visa."),
    ] = None,
    iban: Annotated[
        str | None,
        typer.Option(help="For a direct debit: `fails` and the like, or a test IBAN."),
    ] = None,
    quantity: Annotated[
        list[str] | None,
        typer.Option(help="A line's new quantity before: 1=3 for the first line, or li_…=3."),
    ] = None,
    url: Url = LOCAL,
    key: SecretKey = DEMO.secret,
) -> None:
    """Pay a checkout session of the sandbox without a browser, as its buyer.

    With neither --card nor --iban it is paid by what the session offers.
    """
    paid = pay_session(Merchant(url, key), session, quantity or [], card=card, iban=iban)
    total = f"{paid['amount_total']} {paid['currency']}"
    console().print(f"[green]{paid['status']}[/green], {paid['payment_status']}: {total}")


@events_app.command(epilog="$ paydesk events resend evt_…")
def resend(
    id: Annotated[str, typer.Argument(help="evt_…")],
    url: Url = LOCAL,
    key: SecretKey = DEMO.secret,
) -> None:
    """Send an event once more to the CLIs that listen."""
    event = Merchant(url, key).write(f"/v1/events/{id}/retry", {"for_stripecli": "true"})
    console().print(f"{event['type']} {event['id']} is sent again.")
