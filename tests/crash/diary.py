"""A client that writes down what it asked and what it was told, and can ask it all again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from tests.support.app import Client


@dataclass
class Entry:
    """One request; `answer` stays None when the server died before it came."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]
    answer: httpx.Response | None = None

    @property
    def has_key(self) -> bool:
        """Whether asking again must give the same answer."""
        return "idempotency_key" in self.headers


class Diary(Client):
    """Sends an idempotency key with every request to the API, as SDKs do."""

    def __init__(self, *, name: str = "step", **options: Any) -> None:
        super().__init__(**options)
        self.name = name
        self.entries: list[Entry] = []

    async def form(
        self, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> httpx.Response:
        """As `Client.form`, written down."""
        if path.startswith("/v1/"):
            headers.setdefault("idempotency_key", f"{self.name}-{len(self.entries)}")
        entry = Entry(path, dict(fields or {}), headers)
        self.entries.append(entry)
        entry.answer = await super().form(path, fields, **headers)
        return entry.answer


async def send_again(client: Client, entries: list[Entry]) -> list[httpx.Response]:
    """Ask everything again. What was answered is answered so again, byte for byte."""
    return [await _send_again(client, entry) for entry in entries]


async def _send_again(client: Client, entry: Entry) -> httpx.Response:
    answer = await client.form(entry.path, entry.fields, **entry.headers)
    first = entry.answer
    if first is not None and entry.has_key:
        assert (answer.status_code, answer.content) == (first.status_code, first.content)
        assert answer.headers["idempotent-replayed"] == "true"
    elif entry.has_key:
        assert answer.status_code in (200, 402), answer.text
    else:  # the bank's page takes one answer, which may have been the lost one
        assert answer.status_code in (303, 410), answer.text
    return answer
