"""How uvicorn is to run Paydesk, in one process and in many."""

from __future__ import annotations

import gc
from collections.abc import Callable

import uvicorn
from starlette.types import ASGIApp

from paydesk.app import Application
from paydesk.cli.connection import Connection

GARBAGE_OBJECTS = 20_000
"""Made and not yet gone: so many make Python look for what holds itself. Its default is 700."""

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 20
"""How long requests in flight may take to finish once the server is asked to stop."""

FRAME_BYTES_MAX = 2 * 1024 * 1024
"""From a listening CLI. Its longest quotes an event back, and the answer's first 5,000 bytes."""


def settle_memory() -> None:
    """Once everything is loaded: it stays, so Python need not walk it again and again.

    Looking for garbage among the modules, models and templates took a twentieth of the server's
    time, and made single requests wait for it.
    """
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS)


def config(application: Application | Callable[[], ASGIApp], *, workers: int = 1) -> uvicorn.Config:
    """For an application, or for a function that opens it in each of several processes."""
    return uvicorn.Config(
        application,
        factory=not isinstance(application, Application),
        workers=workers,
        loop="uvloop",
        http=Connection,
        lifespan="on",
        log_config=None,
        ws_max_size=FRAME_BYTES_MAX,
        ws_per_message_deflate=False,
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
