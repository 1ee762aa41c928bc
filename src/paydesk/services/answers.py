"""Answers as bytes, and the promise that a key gets the same one again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import orjson

from paydesk.core.errors import IdempotencyInUse, IdempotencyMismatch, PaydeskError
from paydesk.render import Json
from paydesk.render.errors import error_envelope
from paydesk.render.versions import downgrade
from paydesk.services.context import Call
from paydesk.storage import idempotency
from paydesk.storage.database import Transaction
from paydesk.storage.idempotency import Key, Saved


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes out. `replayed_from` is the id of the request that was answered so first."""

    status: int
    body: bytes
    replayed_from: str | None = None


def answer(value: Json, version: str, status: int = 200) -> Answer:
    """A rendered object as `version` knows it."""
    return Answer(status, orjson.dumps(downgrade(value, version)))


def refusal(error: PaydeskError) -> Answer:
    """An error as an answer."""
    return Answer(error.status, orjson.dumps(error_envelope(error)))


def key_of(call: Call, endpoint: str, fingerprint: str) -> Key | None:
    """The call's idempotency key; None when it came without one."""
    if call.idempotency_key is None or call.request_id is None:
        return None
    return Key(
        account=call.account,
        key=call.idempotency_key,
        created=call.now,
        endpoint=endpoint,
        fingerprint=fingerprint,
        request_id=call.request_id,
    )


def once(tx: Transaction, key: Key | None, story: Callable[[], Answer]) -> Answer:
    """Run the story unless the key has its answer already; keep the answer with the effect.

    Raises IdempotencyMismatch when the key first came with something else, IdempotencyInUse while
    its first request is being answered. A story that raises takes the key's record with it.
    """
    if key is None:
        return story()
    known = begin(tx, key)
    if known is not None:
        return known
    given = story()
    idempotency.finish(tx, key.account, key.key, given.status, given.body)
    return given


def begin(tx: Transaction, key: Key) -> Answer | None:
    """Take the key for this request, or give the answer that it has got. Raises as `once`."""
    saved = idempotency.begin(tx, key)
    return None if saved is None else _replay(saved, key)


def _replay(saved: Saved, key: Key) -> Answer:
    if saved.endpoint != key.endpoint:
        raise IdempotencyMismatch(
            "Keys for idempotent requests can only be used for the same endpoint they were first "
            f"used for ('{key.endpoint}' vs '{saved.endpoint}'). Try using a key other than "
            f"'{key.as_sent}' if you meant to execute a different request."
        )
    if saved.fingerprint != key.fingerprint:
        raise IdempotencyMismatch(
            "Keys for idempotent requests can only be used with the same parameters they were "
            f"first used with. Try using a key other than '{key.as_sent}' if you meant to execute "
            "a different request."
        )
    if saved.status is None or saved.body is None:
        raise IdempotencyInUse(key.as_sent)
    return Answer(saved.status, saved.body, replayed_from=saved.request_id)
