"""The documented webhook handlers, run for real."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

Json = dict[str, Any]

SEED = Path(__file__).parents[1] / "seed"
FULFILL_ORDER = re.compile(r"^const fulfillOrder = .*?^}$", re.MULTILINE | re.DOTALL)
PRINT_ORDER = """const fulfillOrder = (session, line_items) =>
  console.log(JSON.stringify({ session, line_items }));"""

CALLBACK = "{ limit: 100 },\n      function(err, lineItems) {"
PROMISE = "{ limit: 100 }).then(\n      function(lineItems) {"


class Handler:
    """A merchant's webhook handler in a process of its own."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process
        self.url = f"http://127.0.0.1:{int(self._line())}/webhook"

    def fulfilled(self) -> Json:
        """Wait for the order that it is to fulfil."""
        order: Json = json.loads(self._line())
        return order

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the handler has ended"
        return line


@contextmanager
def running(command: Sequence[str], program: str, **environment: str) -> Iterator[Handler]:
    """A handler whose program is read from standard input."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **environment},
        text=True,
    )
    with process:
        assert process.stdin is not None
        process.stdin.write(program)
        process.stdin.close()
        try:
            yield Handler(process)
        finally:
            process.terminate()


def django(url: str, key: str, secret: str, **environment: str) -> AbstractContextManager[Handler]:
    """The documented handler for Django, of the merchant with this key at the Paydesk at `url`."""
    command = [sys.executable, str(SEED / "run_django.py"), url]
    return running(command, snippet("handle_django.py.txt", key, secret), **environment)


def express(
    url: str, key: str, secret: str, *, node: str, sdk: str = "stripe"
) -> AbstractContextManager[Handler]:
    """The documented handler for Express, with one of the SDKs in `node_modules`."""
    program = snippet("handle_express.js.txt", key, secret)
    program, replaced = FULFILL_ORDER.subn(PRINT_ORDER, program)
    assert replaced == 1
    if sdk == "stripe":  # which takes no callbacks any more
        assert CALLBACK in program
        program = program.replace(CALLBACK, PROMISE)
    return running([node, str(SEED / "run.cjs"), sdk, url], program)


def snippet(name: str, key: str, secret: str) -> str:
    """A documented program with its gaps filled in."""
    text = SEED.joinpath(name).read_text(encoding="utf-8")
    return text.replace("<<secret key>>", key).replace("whsec_...", secret)
