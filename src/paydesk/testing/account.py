"""One merchant's side of the API, as far as a test kit needs it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import closing
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode, urlsplit

Json = dict[str, Any]

ANSWER_SECONDS_MAX = 30.0


class Refused(AssertionError):
    """Paydesk refused a request: `code` and `param` as Stripe's errors have them."""

    def __init__(self, status: int, error: Mapping[str, Any]) -> None:
        self.status = status
        self.type: str | None = error.get("type")
        self.code: str | None = error.get("code")
        self.param: str | None = error.get("param")
        at = f" ({self.param})" if self.param else ""
        super().__init__(f"{status} {self.code or self.type}{at}: {error.get('message')}")


class Account:
    """An account of its own: nothing of another test is in it.

    `base_addresses` is what a `stripe.StripeClient` wants, `url` what `stripe.api_base` does.
    """

    def __init__(self, url: str) -> None:
        name = secrets.token_hex(12)
        self.url = url
        self._address = urlsplit(url).netloc
        self.secret_key = f"sk_test_{name}"
        self.publishable_key = f"pk_test_{name}"

    @property
    def base_addresses(self) -> dict[str, str]:
        """For `stripe.StripeClient(key, base_addresses=...)`."""
        return {"api": self.url}

    def get(self, path: str) -> Json:
        """GET an object. Raises Refused."""
        return self._ask("GET", path, None)

    def post(self, path: str, **fields: Any) -> Json:
        """POST fields, nested as they are meant; None leaves one out. Raises Refused."""
        return self._ask("POST", path, fields)

    def delete(self, path: str) -> Json:
        """DELETE an object. Raises Refused."""
        return self._ask("DELETE", path, None)

    def _ask(self, method: str, path: str, fields: Mapping[str, Any] | None) -> Json:
        headers = {
            "Authorization": f"Bearer {self.secret_key}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        body = None if fields is None else urlencode(list(pairs(fields)))
        with closing(HTTPConnection(self._address, timeout=ANSWER_SECONDS_MAX)) as connection:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            told: Json = json.loads(answer.read())
        if answer.status >= 400:
            raise Refused(answer.status, told["error"])
        return told


def pairs(fields: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Nested fields in bracket form."""
    for name, value in fields.items():
        place = f"{prefix}[{name}]" if prefix else str(name)
        if isinstance(value, Mapping):
            yield from pairs(value, place)
        elif isinstance(value, list | tuple):
            yield from pairs({str(at): each for at, each in enumerate(value)}, place)
        elif value is not None:
            yield place, str(value).lower() if isinstance(value, bool) else str(value)


def id_of(named: Any) -> str:
    """The id of an object, of the SDK's or as JSON, or of an id itself."""
    id: str = named if isinstance(named, str) else named["id"]
    return id
