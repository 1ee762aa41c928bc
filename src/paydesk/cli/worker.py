"""`paydesk worker`."""

from __future__ import annotations

import uvloop

from paydesk.app import Application
from paydesk.cli.console import console
from paydesk.cli.opening import open_application, require_shared_database
from paydesk.cli.stopping import stop_when_told
from paydesk.settings import Settings


def work(settings: Settings) -> None:
    """Deliver, end sessions and settle payments until told to stop; serve nobody."""
    require_shared_database(settings, "paydesk worker")
    uvloop.run(_work(open_application(settings)))


async def _work(application: Application) -> None:
    told_to_stop = stop_when_told()
    async with application.working():
        said = f"Paydesk is at work on {application.database_name}. Stop with Ctrl-C."
        console(markup=False).print(said)
        await told_to_stop.wait()
