"""A merchant at a running server, for the commands that ask one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from paydesk.cli.console import MISUSED, fail

ANSWER_SECONDS_MAX = 30.0

TRY_AGAIN = {429, 500, 502, 503, 504}
"""Answers that may be others in a moment."""

Fields = Mapping[str, str]


class NoAnswer(Exception):
    """Nobody answered, or only that they can't now; the message is a sentence for people."""


class Refusal(Exception):
    """The server answered with an error; the message says which."""


class Merchant:
    """Speaks the API with one key. Whatever is refused ends the command with the reason."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self._url = _checked(url)
        self._http = httpx.Client(
            base_url=self._url,
            headers={"Authorization": f"Bearer {_checked_key(key)}"},
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

    def ask(self, method: str, path: str, fields: Fields | None) -> Any:
        """What the server answers. Raises NoAnswer and Refusal, for who knows what to do then."""
        try:
            response = self._http.request(method, path, data=fields)
        except httpx.HTTPError as error:
            raise NoAnswer(
                f"{self._url} can't be reached: {error}. Start it with `paydesk serve`, or say "
                "where it is with --url."
            ) from error
        answer = _json(response)
        if response.is_success and answer is not None:
            return answer
        kind = NoAnswer if response.status_code in TRY_AGAIN else Refusal
        if answer is None:
            raise kind(f"{self._url} is no Paydesk: it answered with something else than JSON.")
        raise kind(f"{method} {path}: {_reason(answer, response.status_code)}")

    def _answer(self, method: str, path: str, fields: Fields | None) -> Any:
        try:
            return self.ask(method, path, fields)
        except (NoAnswer, Refusal) as error:
            fail(str(error))


def _json(response: httpx.Response) -> Any:
    """What the answer says; None when it is no JSON."""
    try:
        return response.json()
    except ValueError:
        return None


def _reason(answer: Any, status: int) -> str:
    error = answer.get("error") if isinstance(answer, dict) else None
    message = error.get("message") if isinstance(error, dict) else None
    return str(message or status)


def _checked(url: str) -> str:
    """The server's address without a slash at the end. Ends the command when it can't be one."""
    try:
        parsed = httpx.URL(url)
    except httpx.InvalidURL:
        parsed = httpx.URL("")
    if parsed.scheme not in ("http", "https") or not parsed.host:
        fail(f"--url can't be {url!r}: say it like http://127.0.0.1:12111.", MISUSED)
    return url.rstrip("/")


def _checked_key(key: str) -> str:
    """The key. Ends the command when it can't stand in a header."""
    if not key.isascii() or not key.isprintable() or not key.strip():
        fail("--key can't be that: a secret key looks like sk_test_paydesk.", MISUSED)
    return key.strip()
