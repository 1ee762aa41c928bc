"""A merchant who speaks the API of a running server over plain HTTP, as an SDK does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from tests.support.app import SEED_SESSION

Fields = Mapping[str, str]
Json = dict[str, Any]

SESSIONS = "/v1/checkout/sessions"
DAHLIA = "2026-05-27.dahlia"
ENDIVE = "2026-10-28.endive"

SAN_FRANCISCO = {"tax_region[country]": "US", "tax_region[postal_code]": "94103"}


class Merchant:
    """One account. `get` and `post` give the answer whatever it is; the others want success."""

    def __init__(self, http: httpx.Client, url: str, key: str) -> None:
        self.http = http
        self.url = url
        self.key = key

    @property
    def publishable_key(self) -> str:
        return self.key.replace("sk_", "pk_", 1)

    def request(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        """Send `fields` where the method has them; header names may be written with underscores."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        sends_a_form = method == "POST"
        return self.http.request(
            method,
            f"{self.url}{path}",
            headers={"Authorization": f"Bearer {key or self.key}", **named},
            data=fields if sends_a_form else None,
            params=None if sends_a_form else fields,
        )

    def get(self, path: str, fields: Fields | None = None, **headers: str) -> httpx.Response:
        return self.request("GET", path, fields, **headers)

    def post(self, path: str, fields: Fields | None = None, **headers: str) -> httpx.Response:
        return self.request("POST", path, fields, **headers)

    def read(self, path: str, fields: Fields | None = None, **headers: str) -> Json:
        return succeeded(self.get(path, fields, **headers))

    def write(self, path: str, fields: Fields | None = None, **headers: str) -> Json:
        return succeeded(self.post(path, fields, **headers))

    def session(self, fields: Fields | None = None, **headers: str) -> Json:
        """A new session: the documented one, but for `fields`."""
        return self.write(SESSIONS, {**SEED_SESSION, **(fields or {})}, **headers)

    def lines(self, session: str) -> list[Json]:
        found: list[Json] = self.read(f"{SESSIONS}/{session}/line_items")["data"]
        return found

    def confirm(
        self, session: str, method: str = "pm_card_visa", fields: Fields | None = None
    ) -> httpx.Response:
        """Pay as a buyer does."""
        page = f"/v1/payment_pages/{session}/confirm"
        return self.post(page, {"payment_method": method, **(fields or {})})

    def paid_session(self, fields: Fields | None = None) -> Json:
        session = self.session(fields)
        succeeded(self.confirm(session["id"]))
        return self.read(f"{SESSIONS}/{session['id']}")

    def events(self, type: str | None = None) -> list[Json]:
        """What happened, newest first."""
        fields = {"limit": "100"} if type is None else {"limit": "100", "type": type}
        found: list[Json] = self.read("/v1/events", fields)["data"]
        return found

    def state(self, session: str) -> tuple[Json, Json]:
        """Everything that a request could have changed of a session."""
        return (
            self.read(f"{SESSIONS}/{session}", {"expand[]": "line_items"}),
            self.read(f"/v1/payment_pages/{session}"),
        )


def succeeded(answer: httpx.Response) -> Json:
    """The object that a successful request gave."""
    assert answer.status_code == 200, answer.text
    told: Json = answer.json()
    return told


def refused(answer: httpx.Response, status: int = 400) -> Json:
    """What a refusal says."""
    assert answer.status_code == status, answer.text
    error: Json = answer.json()["error"]
    return error
