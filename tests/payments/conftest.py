from __future__ import annotations

import asyncio
import copy

import pytest

from paydesk.payments.processor import Ledger, Record
from paydesk.payments.sandbox import SandboxProcessor

SECRET = b"a secret of the tests"


class MemoryLedger:
    """A ledger that gives way to other tasks before it acts, as one on a disk would."""

    def __init__(self) -> None:
        self._records: dict[str, Record] = {}

    async def find(self, key: str) -> Record | None:
        await asyncio.sleep(0)
        return copy.deepcopy(self._records.get(key))

    async def put_if_absent(self, key: str, record: Record) -> Record:
        await asyncio.sleep(0)
        return copy.deepcopy(self._records.setdefault(key, copy.deepcopy(record)))

    async def replace(self, key: str, expected_state: str, record: Record) -> bool:
        await asyncio.sleep(0)
        if self._records[key]["state"] != expected_state:
            return False
        self._records[key] = copy.deepcopy(record)
        return True


@pytest.fixture
def secret() -> bytes:
    return SECRET


@pytest.fixture
def ledger() -> Ledger:
    return MemoryLedger()


@pytest.fixture
def processor(ledger: Ledger) -> SandboxProcessor:
    return SandboxProcessor(ledger, SECRET)
