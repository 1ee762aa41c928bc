"""`paydesk worker`."""

from __future__ import annotations

import asyncio
import signal

import uvloop
from rich.console import Console

from paydesk.app import Application
from paydesk.cli.opening import open_application, require_shared_database
from paydesk.settings import Settings


def work(settings: Settings) -> None:
    """Deliver, end sessions and settle payments until told to stop; serve nobody."""
    require_shared_database(settings, "paydesk worker")
    uvloop.run(_work(open_application(settings)))


async def _work(application: Application) -> None:
    told_to_stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, told_to_stop.set)
    async with application.working():
        console = Console(highlight=False, soft_wrap=True, markup=False)
        console.print(f"Paydesk is at work on {application.database_name}. Stop with Ctrl-C.")
        await told_to_stop.wait()
