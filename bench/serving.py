"""How the ceilings are served: by uvicorn as `paydesk serve` sets it up."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

from bench.load import HOST
from paydesk.cli.server import DRAIN_SECONDS, KEEP_ALIVE_SECONDS


@dataclass(frozen=True, slots=True)
class Options:
    """What the program was started with."""

    exchanges: Path
    port: int
    database: Path


def options() -> Options:
    """From the command line: the file of exchanges, the port, the database."""
    parser = argparse.ArgumentParser()
    parser.add_argument("exchanges", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("database", type=Path)
    given = parser.parse_args()
    return Options(given.exchanges, given.port, given.database)


def config(app: ASGIApp, port: int) -> uvicorn.Config:
    """The settings of `paydesk serve`; a test compares the two."""
    return uvicorn.Config(
        app,
        host=HOST,
        port=port,
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


def serve(app: ASGIApp, port: int) -> None:
    """Run until told to stop."""
    uvicorn.Server(config(app, port)).run()
