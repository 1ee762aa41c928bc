"""Webhook endpoints: made, changed, listed, deleted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.services import webhook_endpoints
from paydesk.services.webhook_endpoints import ENABLED_ENDPOINTS_MAX
from paydesk.storage import accounts
from paydesk.storage import webhook_endpoints as stored
from paydesk.storage.accounts import Account
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Page
from tests.webhooks.world import World

pytestmark = pytest.mark.anyio

URL = "https://shop.example/hooks"


async def update(world: World, id: str, **changes: Any) -> WebhookEndpoint:
    return await world.database.write(
        lambda tx: webhook_endpoints.update(tx, world.call, id, **changes)
    )


async def get(world: World, id: str) -> WebhookEndpoint:
    return await world.database.read(lambda tx: webhook_endpoints.get(tx, world.call, id))


async def delete(world: World, id: str) -> None:
    await world.database.write(lambda tx: webhook_endpoints.delete(tx, world.call, id))


async def listed(world: World, **page: Any) -> tuple[list[str], bool]:
    found = await world.database.read(
        lambda tx: stored.list_page(tx, world.call.account, [], Page(**page))
    )
    return [endpoint.id for endpoint in found.items], found.has_more


async def test_an_endpoint_is_kept_as_it_was_made(world: World) -> None:
    made = await world.database.write(
        lambda tx: webhook_endpoints.create(
            tx, world.call, url=URL, enabled_events=("product.created", "price.created"),
            description="orders", metadata={"b": "2", "a": "1"}, api_version="2025-03-31.basil",
        )
    )  # fmt: skip
    assert await get(world, made.id) == made
    assert made.id.startswith("we_")
    assert list(made.metadata) == ["b", "a"]
    assert made.status == "enabled"


async def test_each_endpoint_has_a_secret_of_its_own(world: World) -> None:
    first, second = await world.listen(URL), await world.listen(URL)
    prefix, _, random = first.secret.partition("_")
    assert prefix == "whsec"
    assert len(random) == 32
    assert random.isalnum()
    assert first.secret != second.secret


async def test_an_update_changes_what_it_names(world: World) -> None:
    made = await world.listen(URL)
    changed = await update(world, made.id, url="https://b.example", enabled_events=("*",))
    assert changed == replace(made, url="https://b.example", enabled_events=("*",))
    assert await get(world, made.id) == changed


async def test_metadata_is_merged(world: World) -> None:
    made = await world.listen(URL)
    await update(world, made.id, metadata={"a": "1", "b": "2"})
    assert (await update(world, made.id, metadata={"a": "", "c": "3"})).metadata == {
        "b": "2",
        "c": "3",
    }
    assert (await update(world, made.id, metadata=None)).metadata == {}


async def test_a_disabled_endpoint_hears_nothing(world: World) -> None:
    made = await world.listen(URL)
    assert (await update(world, made.id, disabled=True)).status == "disabled"
    assert await world.deliveries(await world.happen()) == []
    assert (await update(world, made.id, disabled=False)).status == "enabled"
    assert len(await world.deliveries(await world.happen())) == 1


async def test_a_deleted_endpoint_looks_absent(world: World) -> None:
    made = await world.listen(URL)
    happened = await world.happen()
    await delete(world, made.id)
    for use in (get(world, made.id), update(world, made.id, url=URL), delete(world, made.id)):
        with pytest.raises(NotFound, match="No such webhook endpoint"):
            await use
    assert await listed(world) == ([], False)
    assert [one.state for one in await world.deliveries(happened)] == ["canceled"]
    assert await world.deliveries(await world.happen()) == []


async def test_another_accounts_endpoint_looks_absent(world: World) -> None:
    made = await world.listen(URL)
    call = replace(world.call, account="acct_1other")

    def story(tx: Transaction) -> None:
        accounts.ensure(tx, Account(call.account, call.now, "whsec_other"))
        webhook_endpoints.create(tx, call, url=URL, enabled_events=("*",))
        for use in (webhook_endpoints.get, webhook_endpoints.update, webhook_endpoints.delete):
            with pytest.raises(NotFound):
                use(tx, call, made.id)

    await world.database.write(story)
    assert await listed(world) == ([made.id], False)
    (delivery,) = await world.deliveries(await world.happen())
    assert delivery.endpoint == made.id


async def test_endpoints_are_listed_newest_first(world: World) -> None:
    first, second, third = [(await world.listen(URL)).id for _ in range(3)]
    assert await listed(world, limit=2) == ([third, second], True)
    assert await listed(world, limit=2, starting_after=second) == ([first], False)
    assert await listed(world, limit=1, ending_before=first) == ([second], True)


async def test_an_account_has_a_limited_number_of_enabled_endpoints(world: World) -> None:
    made = [await world.listen(URL) for _ in range(ENABLED_ENDPOINTS_MAX)]
    with pytest.raises(InvalidRequest, match="maximum of 16 test webhook endpoints"):
        await world.listen(URL)
    await update(world, made[0].id, disabled=True)
    await world.listen(URL)
    with pytest.raises(InvalidRequest, match="maximum of 16"):
        await update(world, made[0].id, disabled=False)
    await update(world, made[1].id, disabled=False, url="https://b.example")
    await delete(world, made[2].id)
    await update(world, made[0].id, disabled=False)
