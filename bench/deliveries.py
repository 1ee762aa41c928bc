"""Webhook deliveries per second: events pile up behind a closed gate, then it opens.

The receiver does not answer the first deliveries, so a sender waits with as many in flight as it
dares, while the rest is queued. Then the receiver answers everything at once, and what is measured
is the time until all have come.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from bench.contenders import BARE, ROOT, Contender, database_of, python_path
from bench.load import Ask, Failed, collect, run_loop
from bench.receiver import Receiver, receiving
from bench.rounds import Book, Key, Sample
from bench.servers import Server, spawn
from bench.shop import Shop
from bench.works import PRODUCTS
from paydesk.webhooks.worker import DEFAULT_LIMITS

WORK = "deliveries"
ENDPOINTS = (1, 16)
"""One merchant's handler, and as many as an account may have."""

HOLD_SECONDS_MAX = 10.0
"""Below the time that an attempt may take: a held delivery must not be given up."""

DELIVER_SECONDS_MAX = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """How many deliveries, to how many endpoints."""

    total: int
    endpoints: int

    @property
    def in_flight(self) -> int:
        """How many are under way at once: as many as Paydesk dares."""
        limits = DEFAULT_LIMITS
        return min(self.endpoints * limits.per_endpoint_max, limits.in_flight_max)


def play(contenders: Sequence[Contender], total: int, folder: Path, core: int, book: Book) -> None:
    """One round: each of ours with a server of its own, then the bare sender. Raises Failed."""
    for endpoints in ENDPOINTS:
        load = Load(total, endpoints)
        example = b""
        for contender in contenders:
            place = folder / f"{contender.name}-{endpoints}"
            sample, example = _measure_ours(contender, load, place)
            book.samples[Key(WORK, endpoints, contender.name)].append(sample)
        sample = run_loop(_bare(example, load, folder / f"{BARE}-{endpoints}", core))
        book.samples[Key(WORK, endpoints, BARE)].append(sample)


def _measure_ours(contender: Contender, load: Load, folder: Path) -> tuple[Sample, bytes]:
    """What was measured, and the body of a delivery."""
    server = contender.start(folder)
    try:
        return run_loop(_ours(server, load))
    except Failed as error:
        reason = f"{contender.name}, {WORK}, {load.endpoints} endpoints: {error}"
        raise Failed(f"{reason}\n{server.last_words()}") from error
    finally:
        server.stop()


async def _ours(server: Server, load: Load) -> tuple[Sample, bytes]:
    async with receiving() as receiver:
        shop = Shop(server.port, f"sk_test_{secrets.token_hex(12)}")
        await collect(server.port, _endpoint_asks(shop, receiver, load.endpoints), connections=1)
        product = Ask(shop.post(PRODUCTS, b"name=T-shirt"))
        await collect(server.port, [product] * (load.total // load.endpoints))
        sample = await _release(receiver, server.cpu_seconds, load)
        return sample, receiver.example


async def _bare(example: bytes, load: Load, folder: Path, core: int) -> Sample:
    async with receiving() as receiver:
        sender = _start_sender(example, load, folder, core, receiver)
        try:
            return await _release(receiver, sender.cpu_seconds, load)
        except Failed as error:
            raise Failed(f"{BARE}, {WORK}: {error}\n{sender.last_words()}") from error
        finally:
            sender.stop()


async def _release(receiver: Receiver, cpu_seconds: Callable[[], float], load: Load) -> Sample:
    """Open the gate once the sender waits, and time what comes after."""
    held = load.in_flight
    await receiver.until(lambda it: it.held == held, f"{held} held", HOLD_SECONDS_MAX)
    cpu, began = cpu_seconds(), time.perf_counter()
    receiver.open()
    everything = f"{load.total} deliveries"
    await receiver.until(lambda it: len(it.seen) == load.total, everything, DELIVER_SECONDS_MAX)
    seconds = time.perf_counter() - began
    came = load.total - held
    return Sample(came / seconds, cpu_us=(cpu_seconds() - cpu) / came * 1e6)


def _endpoint_asks(shop: Shop, receiver: Receiver, endpoints: int) -> list[Ask]:
    bodies = (
        urlencode({"url": receiver.url(number), "enabled_events[0]": "product.created"})
        for number in range(endpoints)
    )
    return [Ask(shop.post("/v1/webhook_endpoints", body.encode())) for body in bodies]


def _start_sender(
    example: bytes, load: Load, folder: Path, core: int, receiver: Receiver
) -> Server:
    folder.mkdir(parents=True)
    body = folder / "body"
    body.write_bytes(example)
    numbers = map(str, (load.total, load.endpoints, load.in_flight))
    program = [sys.executable, "-m", "bench.bare_sender"]
    return spawn(
        [*program, str(body), str(database_of(folder)), receiver.url(0), *numbers],
        folder,
        receiver.port,
        core=core,
        environment=python_path(ROOT),
    )
