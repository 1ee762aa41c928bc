"""A request that ends in the middle, as when a connection breaks: none of it is done."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.types import Message

from paydesk.app import create_app
from paydesk.settings import Settings
from tests.engines import database_url

pytestmark = pytest.mark.anyio

KEY = b"Bearer sk_test_half"


def _scope(method: str, path: str) -> dict[str, object]:
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"", "headers": [(b"authorization", KEY)], "client": ("127.0.0.1", 1),
    }  # fmt: skip


async def test_half_a_request_does_nothing(tmp_path: Path) -> None:
    database = database_url("sqlite", tmp_path / "paydesk.db")
    application = create_app(Settings().model_copy(update={"database": database}))
    said: list[Message] = []

    async def send(message: Message) -> None:
        said.append(message)

    async def ask(method: str, *messages: Message) -> bytes:
        said.clear()
        coming = iter(messages)

        async def receive() -> Message:
            return next(coming)

        await application(_scope(method, "/v1/products"), receive, send)
        return b"".join(message.get("body", b"") for message in said)

    async with application.started():
        half = {"type": "http.request", "body": b"name=T-shirt&description=r", "more_body": True}
        await ask("POST", half, {"type": "http.disconnect"})
        nothing = {"type": "http.request", "body": b"", "more_body": False}
        assert b'"data":[]' in await ask("GET", nothing)
