"""Asking a parameter model for its answer to a body that it must not take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlencode

import pytest

from paydesk.api.forms import decode
from paydesk.api.params.grammar import Params, validate
from paydesk.core.errors import InvalidRequest


@dataclass(frozen=True)
class Refusal:
    """What an API client sees of an error."""

    message: str
    code: str | None
    param: str | None


Model = TypeVar("Model", bound=Params)


def read(model: type[Model], fields: dict[str, str]) -> Model:
    """The fields, sent as a form and read as `model`."""
    return validate(model, decode(urlencode(fields)))


def refusal(model: type[Params], fields: dict[str, str]) -> Refusal:
    """How the fields are refused."""
    with pytest.raises(InvalidRequest) as refused:
        read(model, fields)
    return Refusal(refused.value.message, refused.value.code, refused.value.param)
