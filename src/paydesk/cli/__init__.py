"""The command line."""

from __future__ import annotations

import gc


def main() -> None:
    """Run a command: the entry point of `paydesk`."""
    # What imports make stays for good, so looking for garbage among it only delays the start.
    gc.disable()
    from paydesk.cli.commands import app

    gc.freeze()
    gc.enable()
    app()
