"""A process that does nothing but deliver, to be killed: `python -m tests.webhooks.sender URL`."""

from __future__ import annotations

import asyncio
import signal
import sys

from paydesk.app import open_database
from paydesk.services.context import system_clock
from paydesk.webhooks.deliver import open_client
from paydesk.webhooks.worker import DeliveryWorker, Limits

PERSISTENT = (0, *[0.01] * 1_000)
LIMITS = Limits(attempt_seconds_max=0.3, lease_seconds=0.5, stop_seconds_max=5)


async def deliver(url: str) -> None:
    """Until SIGTERM."""
    database = open_database(url)
    async with open_client() as client:
        worker = DeliveryWorker(
            database, client, clock=system_clock, schedule=PERSISTENT, limits=LIMITS
        )
        stop = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
        running = asyncio.create_task(worker.run())
        await stop.wait()
        await worker.stop()
        await running
    await database.close()


if __name__ == "__main__":
    asyncio.run(deliver(sys.argv[1]))
