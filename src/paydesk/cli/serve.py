"""`paydesk serve`."""

from __future__ import annotations

import asyncio
import errno
import socket
import sys
from collections.abc import Callable

import uvicorn

from paydesk.app import Application
from paydesk.cli.console import console, fail
from paydesk.cli.opening import open_application, require_shared_database
from paydesk.cli.processes import Processes
from paydesk.cli.server import config, settle_memory
from paydesk.cli.unix_socket import listen_at
from paydesk.core.api_keys import DEMO
from paydesk.settings import Settings


def serve(settings: Settings) -> None:
    """Run until told to stop. Says on standard output where the server is and how to use it."""
    if settings.workers > 1:
        require_shared_database(settings, f"--workers {settings.workers}")
    if not settings.background:
        require_shared_database(settings, "--no-background")
    listener = _listen(settings)
    settings = settings.model_copy(update={"port": listener.getsockname()[1]})
    listeners = [listener]
    if settings.unix_socket is not None:
        listeners.append(listen_at(settings.unix_socket))
    if settings.workers > 1:
        _serve_from_many(settings, listeners)
        _clean_up(settings)
    else:
        _serve_from_one(settings, listeners)


def _clean_up(settings: Settings) -> None:
    if settings.unix_socket is not None:
        settings.unix_socket.unlink(missing_ok=True)


def _serve_from_one(settings: Settings, listeners: list[socket.socket]) -> None:
    application = open_application(settings)
    server = _Server(
        config(application),
        hello=lambda: _say_hello(settings, application),
        goodbye=lambda: _clean_up(settings),
    )
    server.run(sockets=listeners)
    if not server.started:
        sys.exit(1)


def _serve_from_many(settings: Settings, listeners: list[socket.socket]) -> None:
    """Start once in this process: what can't start is told here, and once."""
    application = open_application(settings.model_copy(update={"background": False}))
    asyncio.run(_start_and_stop(application))
    Processes(settings, listeners, lambda: _say_hello(settings, application)).run()


async def _start_and_stop(application: Application) -> None:
    async with application.started():
        return


class _Server(uvicorn.Server):
    """uvicorn, which says hello once it is ready, and goodbye once it serves nobody any more."""

    def __init__(
        self, config: uvicorn.Config, hello: Callable[[], None], goodbye: Callable[[], None]
    ) -> None:
        super().__init__(config)
        self._hello = hello
        self._goodbye = goodbye

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        settle_memory()
        if self.started:
            self._hello()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop, then tell: the signal that asked for it ends the process right afterwards."""
        await super().shutdown(sockets)
        self._goodbye()


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        hint = " Choose another port with --port." if error.errno == errno.EADDRINUSE else ""
        fail(f"Can't listen on {settings.host}:{settings.port}: {error.strerror}.{hint}")
    return listener


def _say_hello(settings: Settings, application: Application) -> None:
    out = console()
    if not settings.is_sandbox:
        out.print(
            f"Paydesk is ready at {settings.public_url}, in live mode, on "
            f"{application.database_name}. Stop with Ctrl-C.",
            markup=False,
        )
        return
    out.print(f"\n[bold]Paydesk[/bold] is ready at [bold]{settings.public_url}[/bold]\n")
    for label, value in (
        ("Secret key", DEMO.secret),
        ("Publishable key", DEMO.publishable),
        ("Webhook secret", application.webhook_secret),
        ("Database", application.database_name),
        ("Socket", settings.unix_socket),
        ("Inspector", f"{settings.public_url}/inspector"),
        ("Events go to", settings.forward_to or "nowhere yet: --forward-to URL"),
    ):
        if value is not None:
            out.print(f"  {label:<16} {value}", markup=False)
    out.print(f"\n  Open {settings.public_url}/ for a demo shop. Stop with Ctrl-C.\n")
