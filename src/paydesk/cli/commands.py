"""The commands and what they take. What they do lives in a module each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from paydesk.cli.backup import backup as copy_database
from paydesk.cli.serve import serve as run_server
from paydesk.settings import Settings

app = typer.Typer(
    help="A self-hosted checkout that speaks Stripe's language.",
    no_args_is_help=True,
    add_completion=False,
)


def with_options(settings: Settings, given: dict[str, str | int | None]) -> Settings:
    """The settings with those options that were given on the command line."""
    return settings.model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )


@app.callback()
def paydesk() -> None:
    """A self-hosted checkout that speaks Stripe's language."""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    database: Annotated[
        str | None, typer.Option(help="Where everything is kept: sqlite:///file.db")
    ] = None,
    base_url: Annotated[
        str | None, typer.Option(help="Where buyers reach this server, if not at host and port.")
    ] = None,
    forward_to: Annotated[
        str | None,
        typer.Option(help="Your webhook handler: it gets every event of the demo account."),
    ] = None,
    strict: Annotated[
        bool | None, typer.Option(help="Refuse words that the API version does not know.")
    ] = None,
) -> None:
    """Start the server, by default a sandbox on http://127.0.0.1:12111.

    Every option can be an environment variable as well: PAYDESK_PORT, PAYDESK_DATABASE, …
    """
    given = {
        "host": host, "port": port, "database": database, "base_url": base_url,
        "forward_to": forward_to, "strict": strict,
    }  # fmt: skip
    run_server(with_options(Settings(), given))


@app.command()
def backup(
    target: Annotated[Path, typer.Argument(help="The new file. It must not exist.")],
    database: Annotated[str | None, typer.Option(help="What to copy: sqlite:///file.db")] = None,
) -> None:
    """Copy the database into a new file while the server goes on.

    The copy is the database at one moment, checked before it gets its name.
    """
    copy_database(with_options(Settings(), {"database": database}), target)
