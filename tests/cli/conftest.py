"""A merchant with the `stripe` CLI in a terminal."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.server import Server
from tests.support.stripe_cli import FOLDERS, StripeCli


@pytest.fixture(params=list(FOLDERS))
def release(request: pytest.FixtureRequest) -> str:
    """The newest CLI, and one from before it asked which events to forward."""
    name: str = request.param
    return name


@pytest.fixture
def cli(release: str, tmp_path: Path, server: Server, key: str) -> StripeCli:
    """The CLI of a merchant with nothing yet."""
    return StripeCli(release, tmp_path, key=key, url=server.url)
