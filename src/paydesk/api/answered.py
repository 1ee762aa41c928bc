"""A request that has been answered, for whoever writes down or counts such."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Answered(NamedTuple):
    """What is told of a request. `route` is its pattern, such as ``GET /v1/prices/{price}``.

    `ignored` are the parameters that had no effect. `account` is None for a key that is nobody's.
    `parameters` are as they were decoded, and hold whatever was sent: who keeps them redacts them.
    """

    id: str
    method: str
    path: str
    route: str
    status: int
    seconds: float
    ignored: tuple[str, ...] = ()
    account: str | None = None
    key: str | None = None
    parameters: Mapping[str, Any] | None = None
    body: bytes = b""


Witness = Callable[[Answered], None]
"""Is told of every request of the API, after its answer is on its way."""
