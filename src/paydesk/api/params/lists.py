"""What every object and every list can be asked for: how much of it, how many, from where."""

from __future__ import annotations

from typing import Annotated, Any, Self

from pydantic import GetCoreSchemaHandler, model_validator
from pydantic_core import CoreSchema, core_schema

from paydesk.api.params.grammar import Expand, Id, Integer, Params, Timestamp, UnixTime
from paydesk.api.params.problems import problem

LIMIT_DEFAULT = 10
LIMIT_MAX = 100


class Retrieve(Params):
    """One object, shown with what `expand` names."""

    expand: Expand = ()


class Paging(Params):
    """A page of a list, newest first: after one object or before another, never both."""

    limit: Annotated[int, Integer(minimum=1, maximum=LIMIT_MAX)] = LIMIT_DEFAULT
    starting_after: Id | None = None
    ending_before: Id | None = None
    expand: Expand = ()

    @model_validator(mode="after")
    def _one_direction(self) -> Self:
        if self.starting_after is not None and self.ending_before is not None:
            raise problem(
                "exclusive", choices="starting_after, ending_before", at=("ending_before",)
            )
        return self


class TimeRange(Params):
    """Unix seconds that a time lies between; None is no bound."""

    gt: UnixTime | None = None
    gte: UnixTime | None = None
    lt: UnixTime | None = None
    lte: UnixTime | None = None


def _read_moment(value: Any, handler: Any) -> TimeRange:
    if isinstance(value, str):
        moment = Timestamp().read(value)
        return TimeRange.model_construct(gte=moment, lte=moment)
    read: TimeRange = handler(value)
    return read


class _OrOneMoment:
    """Reads ``created=1700000000`` as the range that holds that second alone."""

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_wrap_validator_function(_read_moment, handler(source))


Created = Annotated[TimeRange, _OrOneMoment()]
