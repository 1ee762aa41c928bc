"""The way out of a checkout that is paid."""

from __future__ import annotations

import asyncio

from paydesk.core.sessions import COMPLETE, Session, landing_url
from paydesk.services.desk import Desk
from paydesk.storage import deliveries

WEBHOOK_WAIT_SECONDS = 10
"""How long the redirect after paying waits for the merchant's webhook handler, as Stripe does."""

WEBHOOK_LOOK_SECONDS = 0.05


async def landing(desk: Desk, session: Session) -> str | None:
    """Where the buyer goes once the merchant's webhook handler has heard; None for nowhere."""
    if session.status != COMPLETE:
        return None
    await _webhook_answered(desk, session.id)
    return landing_url(session)


async def _webhook_answered(desk: Desk, session_id: str) -> None:
    """Wait until every listener for the completed session was tried once, or 10 seconds."""
    deadline = asyncio.get_running_loop().time() + WEBHOOK_WAIT_SECONDS
    while asyncio.get_running_loop().time() < deadline:
        answered = await desk.database.read(
            lambda tx: deliveries.first_answered(tx, session_id, "checkout.session.completed")
        )
        if answered:
            return
        await asyncio.sleep(WEBHOOK_LOOK_SECONDS)
