"""What every command that runs Paydesk begins with: an application, or a sentence why not."""

from __future__ import annotations

from paydesk.app import Application, create_app
from paydesk.cli.console import fail
from paydesk.settings import SQLITE, Settings
from paydesk.storage.database import DatabaseUnusable


def open_application(settings: Settings) -> Application:
    """The application on its database. Ends the command when that can't be opened."""
    try:
        return create_app(settings)
    except (DatabaseUnusable, ValueError) as error:
        fail(str(error))


def require_shared_database(settings: Settings, what: str) -> None:
    """End the command when it wants `what`, several processes, on a file that serves but one."""
    if settings.database.startswith(SQLITE):
        fail(
            f"{what} needs a database that many processes share, and one SQLite file serves one: "
            "keep the data in PostgreSQL, with --database postgresql://user@host/name."
        )
