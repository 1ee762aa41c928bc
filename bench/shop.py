"""A merchant's side of the API for preparing a run: requests that are not measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import orjson

from bench.load import Ask, body_of, collect, request, run_loop

KEY = "sk_test_bench"

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Shop:
    """One account of a server that speaks Stripe's API. Every call raises `load.Failed`."""

    port: int
    key: str = KEY

    @property
    def headers(self) -> dict[str, str]:
        """What its requests are known by."""
        return {"Authorization": f"Bearer {self.key}"}

    def create(self, path: str, fields: Mapping[str, str]) -> Json:
        """Make one thing."""
        return self.create_many(path, urlencode(fields).encode(), 1)[0]

    def create_many(self, path: str, body: bytes, count: int) -> list[Json]:
        """Make the same thing `count` times, several at once."""
        asks = [Ask(self.post(path, body))] * count
        return [orjson.loads(body_of(answer)) for answer in run_loop(collect(self.port, asks))]

    def post(self, path: str, body: bytes, headers: Mapping[str, str] | None = None) -> bytes:
        """The bytes of a POST."""
        return request("POST", path, body, {**self.headers, **(headers or {})})

    def get(self, path: str) -> bytes:
        """The bytes of a GET."""
        return request("GET", path, headers=self.headers)
