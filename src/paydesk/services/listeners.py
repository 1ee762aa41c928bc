"""CLIs that listen: how one begins, what it is told next, and what it need not be told again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from paydesk.core.errors import Busy, NotFound
from paydesk.core.events import Event
from paydesk.core.ids import new_id
from paydesk.core.listeners import (
    ABSENCE_SECONDS_MAX,
    OVERLAP_SECONDS,
    PRESENT_PER_ACCOUNT_MAX,
    Listener,
)
from paydesk.render.known_versions import NEWEST
from paydesk.services import events
from paydesk.services.context import Call
from paydesk.storage import accounts, event_payloads
from paydesk.storage import events as stored_events
from paydesk.storage import listeners as stored
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction

RESEND_PREFIX = "rsd_"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewListener:
    """A listener as the CLI asks for it."""

    device: str
    forwards_to: str
    features: tuple[str, ...]
    filters: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Push:
    """An event to tell. `name` is its own id, or that of a resend.

    `newest` is the event in the newest API version's words; those of its own time when it happened
    while nobody listened.
    """

    name: str
    event: Event
    newest: Event


def begin(tx: Transaction, call: Call, wanted: NewListener) -> Listener:
    """A new listener, which hears what happens from now on.

    One that was cut off a moment ago and comes back under a new name, since its program was
    killed, hears what it missed. Raises Busy when the account has too many.
    """
    present = stored.present(
        tx, call.account, call.server_now - ABSENCE_SECONDS_MAX, PRESENT_PER_ACCOUNT_MAX
    )
    before = next((one for one in present if _is_like(one, wanted)), None)
    if before is None and len(present) >= PRESENT_PER_ACCOUNT_MAX:
        raise Busy
    listener = Listener(
        id=call.server.ids.secret("cliws"),
        account=call.account,
        created=call.now,
        seen=call.server_now,
        device=wanted.device,
        forwards_to=wanted.forwards_to,
        features=wanted.features,
        filters=wanted.filters,
        cursor=_horizon(call.server_now_us) if before is None else before.cursor,
    )
    stored.insert(tx, listener)
    if before is None:
        stored.acknowledge_since(tx, listener)
    else:
        stored.take_over(tx, listener.id, before.id)
        stored.see(tx, before.id, before.seen, closed=True)
    return listener


def _is_like(listener: Listener, wanted: NewListener) -> bool:
    return (listener.device, listener.forwards_to, listener.features) == (
        wanted.device,
        wanted.forwards_to,
        wanted.features,
    )


def account_of(tx: Transaction, call: Call) -> Account:
    """The caller's account. Raises NotFound; a request that writes has made it."""
    account = accounts.get(tx, call.account)
    if account is None:
        raise NotFound("account", call.account)
    return account


def due(tx: Transaction, listener: Listener, limit: int) -> list[Push]:
    """What the listener is to be told, the oldest first, resends after the rest."""
    untold = stored.untold(tx, listener, limit, NEWEST)
    pushes = [Push(event.id, event, _in_newest(event, data)) for event, data in untold]
    for name, id in stored.resends(tx, listener.id, limit):
        event = stored_events.get(tx, listener.account, id)
        if event is not None:
            data = event_payloads.get(tx, id, NEWEST)
            pushes.append(Push(name, event, _in_newest(event, data)))
    return pushes


def _in_newest(event: Event, data: bytes | None) -> Event:
    return event if data is None else replace(event, api_version=NEWEST, data=data)


def write_down(tx: Transaction, listener: Listener, done: Iterable[str], now_us: int) -> str:
    """These pushes, by name, need no repetition. Gives back the listener's new cursor."""
    for name in done:
        if name.startswith(RESEND_PREFIX):
            stored.forget_resend(tx, name)
        else:
            stored.acknowledge(tx, listener.id, name)
    stored.see(tx, listener.id, now_us // 1_000_000)
    return stored.move_on(tx, listener, _horizon(now_us))


def resend(tx: Transaction, call: Call, id: str) -> Event:
    """The event, told once more to each of the account's listeners. Raises NotFound."""
    event = events.get(tx, call, id)
    since = call.server_now - ABSENCE_SECONDS_MAX
    for listener in stored.present(tx, call.account, since, PRESENT_PER_ACCOUNT_MAX):
        if listener.hears_events:
            stored.resend(tx, call.id(RESEND_PREFIX.rstrip("_")), listener.id, event.id)
    tx.notify()
    return event


def _horizon(now_us: int) -> str:
    """An id below which no event can appear any more."""
    return new_id("evt", now_us - OVERLAP_SECONDS * 1_000_000, bytes)
