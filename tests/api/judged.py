"""A merchant who holds every answer to Stripe's specification."""

from __future__ import annotations

from typing import Any

import httpx

from paydesk.api.routes import ROUTES
from tests.api import specification
from tests.api.merchant import DAHLIA, ENDIVE, SESSIONS, Fields, Merchant

BUYERS_PATHS = "/v1/payment_pages"
"""What is not in the specification, since Stripe publishes it in its clients alone."""

SINCE_ENDIVE = {"allowed_payment_method_types"}
"""What sessions show that the specification, which is older, does not know."""


SINGULAR = {"/v1/tax/settings"}
"""Objects that an account has one of."""


class JudgedMerchant(Merchant):
    """Speaks in the words of one `version`, the specification's own or a newer one."""

    version = DAHLIA

    def request(
        self,
        method: str,
        path: str,
        fields: Fields | None = None,
        *,
        key: str | None = None,
        **headers: str,
    ) -> httpx.Response:
        named = {"stripe_version": self.version, **headers}
        answer = super().request(method, path, fields, key=key, **named)
        if not path.startswith(BUYERS_PATHS):
            told = answer.json()
            if self.version == ENDIVE:
                _drop(told, SINCE_ENDIVE)
            found = _complaints(method, path, answer.status_code, told)
            assert not found, f"{method} {path}: {found}"
        return answer

    def look_at_all(self) -> None:
        """Ask for everything that the account has, and for one of each kind by its id."""
        for route in ROUTES:
            if route.method == "GET" and "{" not in route.path and route.path not in SINGULAR:
                for found in self.read(route.path, {"limit": "100"})["data"][:1]:
                    again = self.read(f"{route.path}/{found['id']}")
                    assert again["object"] == found["object"]
        for session in self.read(SESSIONS, {"limit": "100"})["data"]:
            self.read(f"{SESSIONS}/{session['id']}/line_items", {"expand[]": "data.price.product"})


def _complaints(method: str, path: str, status: int, told: Any) -> list[str]:
    """Objects alone are judged where the extract of the specification has not the path."""
    if specification.specifies(method, path):
        return specification.complaints(method, path, status, told)
    objects = told["data"] if told.get("object") == "list" else [told]
    known = [value for value in objects if "error" not in value and "deleted" not in value]
    return [found for value in known for found in specification.event_complaints(value)]


def _drop(value: Any, names: set[str]) -> None:
    """Take these names out, wherever they stand."""
    if isinstance(value, list):
        for element in value:
            _drop(element, names)
    elif isinstance(value, dict):
        for name in names.intersection(value):
            del value[name]
        _drop(list(value.values()), names)
