"""Which keys open the API: in the sandbox every well-formed one, elsewhere those that were made."""

from __future__ import annotations

from typing import Protocol

from paydesk.api.auth import Caller, caller_by_form, given_key, masked
from paydesk.core.errors import Unauthenticated
from paydesk.services import api_keys
from paydesk.services.desk import Desk

REMEMBERED_SECONDS = 5
"""How long a key that was revoked may go on opening the API, in each process."""

REMEMBERED_MAX = 10_000


class Keyring(Protocol):
    """Knows who comes with which key."""

    async def caller(self, authorization: str | None) -> Caller:
        """The caller by their Authorization header. Raises Unauthenticated."""


def keyring_of(desk: Desk) -> Keyring:
    """The keyring that this server's mode asks for."""
    return EveryTestKey() if desk.server.sandbox else MadeKeys(desk)


class EveryTestKey:
    """The sandbox's: every test key is an account of its own."""

    async def caller(self, authorization: str | None) -> Caller:
        """The caller by the form of their key."""
        return caller_by_form(given_key(authorization))


class MadeKeys:
    """Only keys that an operator made, looked up by their hash.

    A key that was found is remembered for a moment, so that a busy merchant costs no query for
    each request; one that was not found is looked up each time.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._known: dict[str, tuple[Caller, int]] = {}

    async def caller(self, authorization: str | None) -> Caller:
        """The caller that the key was made for."""
        key = given_key(authorization)
        caller_by_form(key)
        now = self._desk.clock() // 1_000_000
        known = self._known.get(key)
        if known is not None and known[1] > now:
            return known[0]
        caller = await self._look_up(key)
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[key] = (caller, now + REMEMBERED_SECONDS)
        return caller

    async def _look_up(self, key: str) -> Caller:
        self._known.pop(key, None)
        found = await self._desk.database.read(lambda tx: api_keys.find(tx, key))
        if found is None:
            raise Unauthenticated(f"Invalid API Key provided: {masked(key)}")
        if found.revoked is not None:
            raise Unauthenticated(
                f"Expired API Key provided: {masked(key)}", code="api_key_expired"
            )
        return Caller(found.account, found.kind)
