"""How the ceilings are served: by uvicorn as `paydesk serve` sets it up."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from bench.load import HOST
from paydesk.app import Application
from paydesk.cli.server import config


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


def serve(app: ASGIApp, port: int) -> None:
    """Run until told to stop, with the settings of `paydesk serve`."""
    opened = cast(Application, app)
    settings = config(lambda: opened)
    settings.host, settings.port = HOST, port
    uvicorn.Server(settings).run()
