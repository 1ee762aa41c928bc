"""The command line."""

from __future__ import annotations

from paydesk.cli.loading import loading


def main() -> None:
    """Run a command: the entry point of `paydesk`."""
    with loading():
        from paydesk.cli.commands import app
    app()
