"""How uvicorn is to run Paydesk, in one process and in many."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from paydesk.app import Application
from paydesk.services.changes import END

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 20
"""How long requests in flight may take to finish once the server is asked to stop."""


class Connection(HttpToolsProtocol):
    """One connection. A stream of changes would never end by itself, so it is told to."""

    def shutdown(self) -> None:
        """The server is about to stop: finish what is being answered."""
        super().shutdown()
        scope: Any = self.scope  # None before the first request
        end = scope.get(END) if scope else None
        if end is not None:
            end()


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
