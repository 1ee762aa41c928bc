"""What every story is told about the request that it serves."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from paydesk.core import ids
from paydesk.core.deliveries import ORDERLY, Disorder
from paydesk.core.tax_questions import TaxProvider
from paydesk.render.versions import DEFAULT
from paydesk.tax.service import TaxService

Clock = Callable[[], int]
"""Unix time in microseconds."""

STOCK_CHARACTERS = 960
"""Randomness for 64 ids."""


def system_clock() -> int:
    """The time of this machine."""
    return time.time_ns() // 1_000


class IdSource:
    """Makes ids that grow strictly, even when the clock stands still or steps back.

    Randomness is fetched from the system for many ids at once: each fetch lets another thread run,
    and that costs more than the bytes. Secrets have bytes of their own.
    """

    def __init__(
        self, clock: Clock = system_clock, random: ids.Random = secrets.token_bytes
    ) -> None:
        self._clock = clock
        self._random = random
        self._stock = ""
        self._used = 0
        self._last_us = 0
        self._lock = threading.Lock()

    def new(self, prefix: str) -> str:
        """An id such as ``price_…``."""
        return self.stamped(prefix)[0]

    def stamped(self, prefix: str) -> tuple[str, int]:
        """An id such as ``price_…``, and the time in it in Unix microseconds."""
        with self._lock:
            at_us = self._tick()
            return ids.id_of(prefix, at_us, self._from_stock(ids.RANDOM_LENGTH)), at_us

    def session(self) -> tuple[str, int]:
        """A Checkout Session's id, and the time in it in Unix microseconds.

        It is hard to guess, since it opens the buyer's page.
        """
        with self._lock:
            at_us = self._tick()
            return ids.new_session_id(at_us, self._random), at_us

    def secret(self, prefix: str) -> str:
        """A secret such as ``whsec_…``."""
        return f"{prefix}_{ids.random_text(self._random, ids.SECRET_LENGTH)}"

    def _from_stock(self, count: int) -> str:
        """Random characters that nobody else gets."""
        used = self._used
        if used + count > len(self._stock):
            self._stock, used = ids.random_text(self._random, STOCK_CHARACTERS), 0
        self._used = used + count
        return self._stock[used : self._used]

    def _tick(self) -> int:
        self._last_us = max(self._clock(), self._last_us + 1)
        return self._last_us


class Ahead:
    """How far the clocks of accounts stand before this machine's: tests move them, nobody else."""

    def __init__(self) -> None:
        self._us: Mapping[str, int] = {}

    def __bool__(self) -> bool:
        """Whether any does."""
        return bool(self._us)

    def set(self, seconds: Mapping[str, int]) -> None:
        """These are ahead, and no others."""
        self._us = {account: ahead * 1_000_000 for account, ahead in seconds.items()}

    def us(self, account: str) -> int:
        """Microseconds."""
        return self._us.get(account, 0)


class Disorders:
    """What the tests of accounts want of their webhooks."""

    def __init__(self) -> None:
        self._wishes: Mapping[str, Disorder] = {}

    def set(self, wishes: Mapping[str, Disorder]) -> None:
        """These are wanted, and no others."""
        self._wishes = wishes

    def of(self, account: str) -> Disorder:
        """The wish of one account."""
        return self._wishes.get(account, ORDERLY)

    def delay_ms(self, account: str) -> int:
        """How late its next event is to come."""
        wish = self._wishes.get(account)
        return 0 if wish is None else wish.delay_ms + secrets.randbelow(wish.shuffle_ms + 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """What is the same for every request to this server. `merchant` is the name that buyers read.

    `tax` decides taxes from what it has at hand; `tax_service`, if there is one, has to be asked:
    `services/tax_answers.py`.

    `strict` refuses words that the request's API version does not know, as Stripe does. Outside the
    `sandbox` keys are those that an operator made, and webhooks go to the public Internet by https.
    """

    base_url: str
    tax: TaxProvider
    ids: IdSource
    tax_service: TaxService | None = None
    merchant: str = "Sandbox shop"
    strict: bool = False
    sandbox: bool = True
    ahead: Ahead = field(default_factory=Ahead)
    disorders: Disorders = field(default_factory=Disorders)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, or one errand of the server's own (then without a request id).

    `host` is the address that the request was sent to, as its Host header names it, and `by_tls` is
    whether the caller spoke TLS, to us or to a proxy that we trust.
    `now_us` is the account's time; `ahead_us` of it a test has added to the server's.
    `client_view` is a language tag when the answer is to have the session as Stripe.js shows it.
    `tax` are the answers that a tax service has given during this request.
    """

    server: Server
    account: str
    now_us: int
    ahead_us: int = 0
    version: str = DEFAULT
    request_id: str | None = None
    idempotency_key: str | None = None
    client_view: str | None = None
    host: str | None = None
    by_tls: bool = False
    tax: TaxProvider | None = None
    by_merchant: bool = True

    @property
    def now(self) -> int:
        """When it is, in Unix seconds."""
        return self.now_us // 1_000_000

    @property
    def server_now_us(self) -> int:
        """When it is on this machine: what waits for its turn waits by this."""
        return self.now_us - self.ahead_us

    @property
    def server_now(self) -> int:
        """The same in Unix seconds."""
        return self.server_now_us // 1_000_000

    def of(self, account: str) -> Call:
        """The same errand for another account, by that account's clock."""
        ahead_us = self.server.ahead.us(account)
        now_us = self.server_now_us + ahead_us
        return replace(self, account=account, now_us=now_us, ahead_us=ahead_us)

    def id(self, prefix: str) -> str:
        """A new id."""
        return self.server.ids.new(prefix)

    def stamped(self, prefix: str) -> tuple[str, int]:
        """A new id, and when its object is created: in Unix seconds, by the account's clock.

        It is the very second that the id begins with, so that what was created when is found by
        the order of ids.
        """
        id, at_us = self.server.ids.stamped(prefix)
        return id, (at_us + self.ahead_us) // 1_000_000

    def stamped_session(self) -> tuple[str, int]:
        """The same for a Checkout Session."""
        id, at_us = self.server.ids.session()
        return id, (at_us + self.ahead_us) // 1_000_000
