"""How uvicorn is to run Paydesk, in one process and in many."""

from __future__ import annotations

from collections.abc import Callable

import uvicorn

from paydesk.app import Application
from paydesk.cli.connection import Connection

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 20
"""How long requests in flight may take to finish once the server is asked to stop."""


def config(
    application: Application | Callable[[], Application], *, workers: int = 1
) -> uvicorn.Config:
    """For an application, or for a function that opens it in each of several processes."""
    return uvicorn.Config(
        application,
        factory=not isinstance(application, Application),
        workers=workers,
        loop="uvloop",
        http=Connection,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
