"""`paydesk serve`."""

from __future__ import annotations

import errno
import socket
import sys
from typing import NoReturn

import uvicorn
from rich.console import Console

from paydesk.app import Application, create_app
from paydesk.services.demo import DEMO
from paydesk.settings import Settings
from paydesk.storage.database import DatabaseUnusable

KEEP_ALIVE_SECONDS = 75
DRAIN_SECONDS = 20
"""How long requests in flight may take to finish once the server is asked to stop."""


def serve(settings: Settings) -> None:
    """Run until told to stop. Says on standard output where the server is and how to use it."""
    listener = _listen(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    try:
        application = create_app(settings)
    except (DatabaseUnusable, ValueError) as error:
        _fail(str(error))
    server = _Server(application, settings)
    server.run(sockets=[listener])
    if not server.started:
        sys.exit(1)


class _Server(uvicorn.Server):
    """uvicorn, which says hello once it is ready."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self._application = application
        self._settings = settings
        super().__init__(
            uvicorn.Config(
                application,
                loop="uvloop",
                http="httptools",
                lifespan="on",
                log_config=None,
                access_log=False,
                server_header=False,
                date_header=False,
                timeout_keep_alive=KEEP_ALIVE_SECONDS,
                timeout_graceful_shutdown=DRAIN_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        if self.started:
            _say_hello(self._settings, self._application.webhook_secret)


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        hint = " Choose another port with --port." if error.errno == errno.EADDRINUSE else ""
        _fail(f"Can't listen on {settings.host}:{settings.port}: {error.strerror}.{hint}")
    return listener


def _say_hello(settings: Settings, webhook_secret: str) -> None:
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]Paydesk[/bold] is ready at [bold]{settings.public_url}[/bold]\n")
    for label, value in (
        ("Secret key", DEMO.secret),
        ("Publishable key", DEMO.publishable),
        ("Webhook secret", webhook_secret),
        ("Database", settings.database),
        ("Events go to", settings.forward_to or "nowhere yet: --forward-to URL"),
    ):
        console.print(f"  {label:<16} {value}")
    console.print(f"\n  Open {settings.public_url}/ for a demo shop. Stop with Ctrl-C.\n")


def _fail(message: str) -> NoReturn:
    Console(stderr=True, highlight=False, soft_wrap=True).print(f"[red]paydesk:[/red] {message}")
    sys.exit(1)
