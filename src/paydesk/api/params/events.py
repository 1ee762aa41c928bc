"""Parameters of ``/v1/events``."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import model_validator

from paydesk.api.params.grammar import Array, Expand, Flag, Id, Params
from paydesk.api.params.lists import Created, Paging
from paydesk.api.params.problems import problem

TYPES_MAX = 20


class RetryEvent(Params):
    """``POST /v1/events/{id}/retry``, as ``stripe events resend`` asks: without a
    ``webhook_endpoint`` for the CLIs that listen, which `for_stripecli` says once more.
    """

    webhook_endpoint: Id | None = None
    account: Id | None = None
    for_stripecli: Flag | None = None
    expand: Expand = ()


class ListEvents(Paging):
    """``GET /v1/events``. `type` may hold ``*`` as a wildcard; not together with `types`."""

    type: Id | None = None
    types: Annotated[tuple[Id, ...], Array(TYPES_MAX)] | None = None
    created: Created | None = None
    delivery_success: Flag | None = None

    @model_validator(mode="after")
    def _type_or_types(self) -> Self:
        if self.type is not None and self.types is not None:
            raise problem("exclusive", choices="type, types", at=("types",))
        return self
