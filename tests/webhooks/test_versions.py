"""Each endpoint hears of events in the words of its own API version."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
import stripe

from paydesk.core.events import Event
from paydesk.core.webhook_endpoints import WebhookEndpoint
from paydesk.render.versions import DEFAULT
from paydesk.services import events, webhook_endpoints
from paydesk.storage import events as stored
from paydesk.storage.database import Transaction
from tests.webhooks.receiver import Receiver, answer, in_turn
from tests.webhooks.world import World

pytestmark = pytest.mark.anyio

SESSION = {
    "id": "cs_test_1", "object": "checkout.session", "ui_mode": "hosted_page",
    "allowed_payment_method_types": ["card"],
    "collected_information": {"shipping_details": {"name": "A"}},
}  # fmt: skip
"""A session in today's words, as far as versions differ about it."""

WORDS: dict[str | None, tuple[str, bool, bool]] = {
    "2020-08-27": ("hosted", False, True),
    "2022-08-01": ("hosted", False, True),
    "2025-03-31.basil": ("hosted", False, False),
    None: ("hosted", False, False),
    "2026-02-25.clover": ("hosted", False, False),
    "2026-03-25.dahlia": ("hosted_page", False, False),
    "2026-10-28.endive": ("hosted_page", True, False),
}
"""`ui_mode`; whether there are `allowed_payment_method_types`; whether `shipping_details`."""


async def listen(world: World, url: str, version: str | None) -> WebhookEndpoint:
    return await world.database.write(
        lambda tx: webhook_endpoints.create(
            tx, world.call, url=url, enabled_events=("*",), api_version=version
        )
    )


def expire(tx: Transaction, world: World) -> Event:
    return events.append(
        tx, world.call, "checkout.session.expired", orjson.loads(orjson.dumps(SESSION))
    )


async def test_every_endpoint_reads_its_own_words(world: World, merchant: Receiver) -> None:
    endpoints = {
        version: await listen(world, f"{merchant.url}/{version}", version) for version in WORDS
    }
    event = await world.database.write(lambda tx: expire(tx, world))
    async with world.working():
        await world.settled([event])
    assert len(merchant.requests) == len(WORDS)
    for request in merchant.requests:
        version = None if request.target == "/None" else request.target[1:]
        told = stripe.Webhook.construct_event(
            request.body, request.headers["stripe-signature"], endpoints[version].secret
        ).to_dict()
        assert (told["id"], told["api_version"]) == (event.id, version or DEFAULT)
        session: dict[str, Any] = told["data"]["object"]
        seen = tuple(
            name in session for name in ("allowed_payment_method_types", "shipping_details")
        )
        assert (session["ui_mode"], *seen) == WORDS[version]


async def test_every_attempt_has_the_same_bytes(world: World, merchant: Receiver) -> None:
    await listen(world, merchant.url, "2026-10-28.endive")
    merchant.behave = in_turn(answer(500), answer(503), answer(200))
    event = await world.database.write(lambda tx: expire(tx, world))
    async with world.working():
        await world.settled([event])
    assert len(merchant.requests) == 3
    assert len(set(merchant.bodies)) == 1


async def test_what_an_event_says_of_before_is_in_those_words_too(
    world: World, merchant: Receiver
) -> None:
    await listen(world, merchant.url, "2026-10-28.endive")

    def story(tx: Transaction) -> Event:
        before = {**SESSION, "ui_mode": "elements", "allowed_payment_method_types": None}
        return events.append(tx, world.call, "product.updated", {**SESSION}, before=before)

    event = await world.database.write(story)
    async with world.working():
        await world.settled([event])
    told = orjson.loads(merchant.bodies[0])["data"]["previous_attributes"]
    assert told == {"ui_mode": "elements", "allowed_payment_method_types": None}
    kept = orjson.loads(event.data)["previous_attributes"]
    assert kept == {"ui_mode": "custom"}


async def test_old_words_are_forgotten_with_their_event(world: World, merchant: Receiver) -> None:
    await listen(world, merchant.url, "2026-10-28.endive")
    event = await world.database.write(lambda tx: expire(tx, world))
    async with world.working():
        await world.settled([event])
    after = world.clock() // 1_000_000 + 10
    assert await world.database.write(lambda tx: stored.forget_older(tx, after, 100)) == 1
