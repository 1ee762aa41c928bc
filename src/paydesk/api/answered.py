"""A request that has been answered, for whoever writes down or counts such."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple


class Answered(NamedTuple):
    """What is told of a request. `route` is its pattern, such as ``GET /v1/prices/{price}``.

    `ignored` are the parameters that had no effect.
    """

    id: str
    method: str
    path: str
    route: str
    status: int
    seconds: float
    ignored: tuple[str, ...] = ()


Witness = Callable[[Answered], None]
"""Is told of every request of the API, after its answer is on its way."""
