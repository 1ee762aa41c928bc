"""A merchant at a running server, for the commands that ask one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from paydesk.cli.opening import fail

ANSWER_SECONDS_MAX = 30.0

Fields = Mapping[str, str]


class Merchant:
    """Speaks the API with one key. Whatever is refused ends the command with the reason."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = url.rstrip("/")
        self._http = httpx.Client(
            base_url=self._url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=ANSWER_SECONDS_MAX,
            trust_env=False,
            transport=transport,
        )

    def read(self, path: str) -> Any:
        """What a GET answers."""
        return self._answer("GET", path, None)

    def write(self, path: str, fields: Fields) -> Any:
        """What a POST answers."""
        return self._answer("POST", path, fields)

    def _answer(self, method: str, path: str, fields: Fields | None) -> Any:
        try:
            response = self._http.request(method, path, data=fields)
            answer = response.json()
        except httpx.HTTPError as error:
            fail(f"{self._url} can't be reached: {error}. Start it with `paydesk serve`.")
        except ValueError:
            fail(f"{self._url} is no Paydesk: it answered with something else than JSON.")
        if response.is_error:
            fail(f"{method} {path}: {answer.get('error', {}).get('message', response.status_code)}")
        return answer
