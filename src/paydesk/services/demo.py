"""The demo account: what a newcomer has before they made anything."""

from __future__ import annotations

from paydesk.core.api_keys import DEMO
from paydesk.services import webhook_endpoints
from paydesk.services.desk import Desk
from paydesk.storage import accounts
from paydesk.storage import webhook_endpoints as stored
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Page

FORWARDING = "Made by --forward-to"


async def prepare_demo(desk: Desk, forward_to: str | None) -> Account:
    """The demo account, which listens at `forward_to` when that is given."""

    def story(tx: Transaction) -> Account:
        call = desk.call(DEMO.account)
        fresh = Account(DEMO.account, call.now, desk.server.ids.secret("whsec"))
        accounts.ensure(tx, fresh)
        account = accounts.hold(tx, DEMO.account) or fresh
        _forward(tx, desk, account, forward_to)
        return account

    return await desk.database.write(story)


def _forward(tx: Transaction, desk: Desk, account: Account, url: str | None) -> None:
    """Exactly one endpoint of ours, at `url`, signed with the account's own secret; or none.

    One that is there already stays: what waits for it is sent, also when many processes start.
    """
    call = desk.call(account.id)
    endpoints = stored.list_page(tx, account.id, [], Page(limit=100)).items
    ours = [endpoint for endpoint in endpoints if endpoint.description == FORWARDING]
    kept = [endpoint for endpoint in ours if endpoint.url == url and endpoint.status == "enabled"]
    for endpoint in ours:
        if endpoint not in kept[:1]:
            webhook_endpoints.delete(tx, call, endpoint.id)
    if url is not None and not kept:
        webhook_endpoints.create(
            tx, call, url=url, enabled_events=("*",), description=FORWARDING,
            secret=account.webhook_secret,
        )  # fmt: skip
