"""Everything that the front doors share, put together once by `app.py`."""

from __future__ import annotations

from dataclasses import dataclass

from paydesk.services.changes import Changes
from paydesk.services.collect import Collector
from paydesk.services.confirm import Cashier
from paydesk.services.context import Call, Clock, Server
from paydesk.services.meter import Meter
from paydesk.services.refunds import Refunder
from paydesk.storage.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """One running Paydesk.

    `card_secret` keys card fingerprints.
    Events are kept for ever unless `event_retention_seconds` says otherwise.
    """

    database: Database
    cashier: Cashier
    collector: Collector
    refunder: Refunder
    server: Server
    clock: Clock
    card_secret: bytes
    meter: Meter
    changes: Changes
    event_retention_seconds: int | None = None

    def call(self, account: str) -> Call:
        """An errand for this account, now."""
        ahead_us = self.server.ahead.us(account)
        now_us = self.clock() + ahead_us
        return Call(server=self.server, account=account, now_us=now_us, ahead_us=ahead_us)
