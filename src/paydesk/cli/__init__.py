"""The command line."""

from __future__ import annotations

from paydesk.cli.commands import app


def main() -> None:
    """Run a command: the entry point of `paydesk`."""
    app()
