"""Ending in good order when Ctrl-C or SIGTERM says so."""

from __future__ import annotations

import asyncio
import signal

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def stop_when_told() -> asyncio.Event:
    """An event that the first signal sets; a second one ends the program at once.

    To be asked for before anybody is told that the program is ready: until then a shell that runs
    it in the background has it ignore Ctrl-C.
    """
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop() -> None:
        told.set()
        for number in SIGNALS:
            loop.remove_signal_handler(number)

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    return told
