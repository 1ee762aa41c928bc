"""The peers as contenders: their own programs with their own defaults, on a port of ours."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.contenders import Contender, through_the_api
from bench.load import Ask, Requests
from bench.peers.install import LOCKS, localstripe_python, node_modules
from bench.servers import Server, free_port, start
from bench.shop import KEY
from bench.works import Work

ASKS_PER_KEY = 4_000
"""emulate refuses a key after 5,000 requests in an hour."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer: `enter` installs it, if need be, and gives a contender. It raises NotRun."""

    name: str
    enter: Callable[[int], Contender]


def emulate(core: int) -> Contender:
    """The npm package `emulate`, its Stripe service: in memory."""
    program = node_modules() / "emulate" / "dist" / "index.js"

    def begin(folder: Path) -> Server:
        port = free_port()
        command = ["node", str(program), "start", "--service", "stripe", "--port", str(port)]
        return start(command, folder, port, core=core)

    def requests(work: Work, server: Server, connections: int) -> Requests:
        return with_fresh_keys(through_the_api(work, server, connections))

    return Contender("emulate", begin, requests, optional=True)


def stateful_mock(core: int) -> Contender:
    """The npm package `stripe-stateful-mock`: in memory."""
    program = node_modules() / "stripe-stateful-mock" / "dist" / "cli.js"

    def begin(folder: Path) -> Server:
        port = free_port()
        command = ["node", str(program)]
        return start(command, folder, port, core=core, environment={"PORT": str(port)})

    return Contender("stateful-mock", begin, through_the_api, optional=True)


def localstripe(core: int) -> Contender:
    """The Python package `localstripe`: writes its whole state to a file after every request."""
    python = localstripe_python()

    def begin(folder: Path) -> Server:
        port = free_port()
        program = [str(python), str(LOCKS / "start_localstripe.py")]
        return start([*program, "--from-scratch", "--port", str(port)], folder, port, core=core)

    return Contender("localstripe", begin, through_the_api, optional=True)


PEERS = (
    Peer("emulate", emulate),
    Peer("localstripe", localstripe),
    Peer("stateful-mock", stateful_mock),
)


def with_fresh_keys(requests: Requests) -> Requests:
    """The same requests with another key every few thousand, of the same length."""
    count = itertools.count()
    key = KEY.encode()

    def renewed(number: int) -> Iterator[Ask]:
        nonlocal key
        for ask in requests(number):
            if next(count) % ASKS_PER_KEY == 0:
                key = secrets.token_hex(len(KEY))[: len(KEY)].encode()
            yield Ask(ask.request.replace(KEY.encode(), key, 1), ask.expect)

    return renewed
