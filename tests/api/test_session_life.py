"""How a session ends: on time by itself, by the merchant's word, or paid; what is told of it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import stripe

from paydesk.core.sessions import LIFETIME_SECONDS_MAX, LIFETIME_SECONDS_MIN
from tests.api.merchant import SESSIONS, Json, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION, Client, Clock, running_app

CARD = {"payment_method": "pm_card_visa"}
EXPIRED = "checkout.session.expired"
LOOK_SECONDS = 0.02

TOO_SOON = "The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation."
TOO_LATE = "The `expires_at` timestamp must be less than 24 hours from Checkout Session creation."


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def client(tmp_path: Path, clock: Clock, anyio_backend: str) -> AsyncIterator[Client]:
    async with running_app(tmp_path, clock=clock) as client:
        yield client


def now(clock: Clock) -> int:
    return clock() // 1_000_000


async def new_session(client: Client, **changes: str) -> Json:
    return succeeded(await client.form(SESSIONS, {**SEED_SESSION, **changes}))


async def expired_events(client: Client) -> list[Json]:
    found: list[Json] = (await client.get("/v1/events", params={"type": EXPIRED})).json()["data"]
    return found


async def expired_events_once_there(client: Client, count: int) -> list[Json]:
    """Wait until so many sessions have ended."""
    found = await expired_events(client)
    while len(found) < count:
        await asyncio.sleep(LOOK_SECONDS)
        found = await expired_events(client)
    return found


# When


@pytest.mark.anyio
@pytest.mark.parametrize("seconds", [LIFETIME_SECONDS_MIN, 3_600, LIFETIME_SECONDS_MAX])
async def test_between_half_an_hour_and_a_day(client: Client, clock: Clock, seconds: int) -> None:
    session = await new_session(client, expires_at=str(now(clock) + seconds))
    assert session["expires_at"] - session["created"] == seconds


@pytest.mark.anyio
async def test_a_day_unless_asked(client: Client) -> None:
    session = await new_session(client)
    assert session["expires_at"] - session["created"] == LIFETIME_SECONDS_MAX


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("seconds", "message"),
    [
        (LIFETIME_SECONDS_MIN - 1, TOO_SOON),
        (0, TOO_SOON),
        (-1, TOO_SOON),
        (LIFETIME_SECONDS_MAX + 1, TOO_LATE),
        (1_000_000_000, TOO_LATE),
    ],
)
async def test_no_sooner_and_no_later(
    client: Client, clock: Clock, seconds: int, message: str
) -> None:
    fields = {**SEED_SESSION, "expires_at": str(now(clock) + seconds)}
    error = refused(await client.form(SESSIONS, fields))
    assert (error["message"], error["param"]) == (message, "expires_at")


def test_a_time_is_unix_seconds(merchant: Merchant) -> None:
    for text in ("tomorrow", "2030-01-01", "1.5", "-1", "1800000000000"):
        error = refused(merchant.post(SESSIONS, {**SEED_SESSION, "expires_at": text}))
        assert error["param"] == "expires_at"


# By itself


@pytest.mark.anyio
async def test_it_ends_at_its_second(client: Client, clock: Clock) -> None:
    session = await new_session(client)
    path, page = f"{SESSIONS}/{session['id']}", f"/v1/payment_pages/{session['id']}"
    clock.now_us = (session["expires_at"] - 1) * 1_000_000
    for place in (path, page):
        assert (await client.get(place)).json()["status"] == "open"
    clock.now_us = session["expires_at"] * 1_000_000
    for place in (path, page):
        assert (await client.get(place)).json()["status"] == "expired"
    (listed,) = (await client.get(SESSIONS)).json()["data"]
    assert (listed["status"], listed["url"]) == ("expired", None)


@pytest.mark.anyio
async def test_nothing_happens_to_it_afterwards(client: Client, clock: Clock) -> None:
    session = await new_session(client, **{"automatic_tax[enabled]": "true"})
    page = f"/v1/payment_pages/{session['id']}"
    (line,) = (await client.get(f"{SESSIONS}/{session['id']}/line_items")).json()["data"]
    clock.now_us = session["expires_at"] * 1_000_000
    change = {
        "updated_line_item_quantity[line_item_id]": line["id"],
        "updated_line_item_quantity[quantity]": "2",
    }
    for path, fields in (
        (page, change),
        (page, {"tax_region[country]": "DE"}),
        (page, {"email": "late@shop.test"}),
        (f"{page}/confirm", CARD),
    ):
        error = refused(await client.form(path, fields))
        assert error["message"] == "This Checkout Session has expired. Nothing was charged."
    error = refused(await client.form(f"{SESSIONS}/{session['id']}/expire"))
    assert error["message"].endswith("This Checkout Session has a status of `expired`.")
    assert (await client.get("/v1/charges")).json()["data"] == []


@pytest.mark.anyio
async def test_it_is_told_once(client: Client, clock: Clock) -> None:
    sessions = [await new_session(client) for _ in range(3)]
    clock.now_us = sessions[-1]["expires_at"] * 1_000_000
    found = await expired_events_once_there(client, len(sessions))
    ended = sorted(event["data"]["object"]["id"] for event in found)
    assert ended == sorted(session["id"] for session in sessions)
    assert {event["data"]["object"]["status"] for event in found} == {"expired"}
    assert {event["request"]["id"] for event in found} == {None}


@pytest.mark.anyio
async def test_it_is_told_once_though_the_server_was_off(tmp_path: Path, clock: Clock) -> None:
    async with running_app(tmp_path, clock=clock) as client:
        session = await new_session(client)
    clock.now_us = session["expires_at"] * 1_000_000
    for _ in range(3):
        async with running_app(tmp_path, clock=clock) as client:
            assert len(await expired_events_once_there(client, 1)) == 1


@pytest.mark.anyio
async def test_a_session_that_was_paid_does_not_expire(client: Client, clock: Clock) -> None:
    paid, unpaid = await new_session(client), await new_session(client)
    succeeded(await client.form(f"/v1/payment_pages/{paid['id']}/confirm", CARD))
    clock.now_us = unpaid["expires_at"] * 1_000_000
    (event,) = await expired_events_once_there(client, 1)
    assert event["data"]["object"]["id"] == unpaid["id"]
    assert (await client.get(f"{SESSIONS}/{paid['id']}")).json()["status"] == "complete"


# By the merchant's word


def test_expiring(merchant: Merchant) -> None:
    session = merchant.session()
    path = f"{SESSIONS}/{session['id']}"
    expired = merchant.write(f"{path}/expire")
    assert expired == merchant.read(path)
    assert (expired["status"], expired["url"]) == ("expired", None)
    assert expired["payment_status"] == "unpaid"
    (event,) = merchant.events(EXPIRED)
    assert event["data"]["object"] == expired
    assert event["request"]["id"].startswith("req_")
    refused(merchant.confirm(session["id"]))


@pytest.mark.parametrize("status", ["expired", "complete"])
def test_only_what_is_open_can_be_expired(
    merchant: Merchant, sdk: stripe.StripeClient, status: str
) -> None:
    session = merchant.session()
    if status == "expired":
        sdk.v1.checkout.sessions.expire(session["id"])
    else:
        succeeded(merchant.confirm(session["id"]))
    before = len(merchant.events())
    with pytest.raises(stripe.InvalidRequestError) as refusal:
        sdk.v1.checkout.sessions.expire(session["id"])
    assert refusal.value.user_message == (
        'Only Checkout Sessions with a status in ["open"] can be expired. '
        f"This Checkout Session has a status of `{status}`."
    )
    assert len(merchant.events()) == before


def test_expiring_cancels_the_payment(merchant: Merchant) -> None:
    session = merchant.session()
    refused(merchant.confirm(session["id"], "pm_card_chargeDeclined"), 402)
    intent = merchant.write(f"{SESSIONS}/{session['id']}/expire")["payment_intent"]
    canceled = merchant.read(f"/v1/payment_intents/{intent}")
    assert (canceled["status"], canceled["cancellation_reason"]) == ("canceled", "expired")
    assert canceled["canceled_at"] is not None
    assert len(merchant.events("payment_intent.canceled")) == 1


# What is told


def test_the_events_of_a_payment_in_their_order(merchant: Merchant) -> None:
    session = merchant.paid_session()
    types = [event["type"] for event in reversed(merchant.events())]
    assert types == [
        *("product.created", "price.created", "payment_intent.created", "charge.succeeded"),
        *("payment_intent.succeeded", "checkout.session.completed"),
    ]
    completed = merchant.events("checkout.session.completed")[0]
    assert completed["data"]["object"] == merchant.read(f"{SESSIONS}/{session['id']}")
    assert "line_items" not in completed["data"]["object"]
    assert completed["request"] == {"id": None, "idempotency_key": None}


def test_an_event_names_the_request_that_caused_it(merchant: Merchant) -> None:
    answer = merchant.post("/v1/products", {"name": "Mug"}, idempotency_key="mug-1")
    (event,) = merchant.events("product.created")
    assert event["request"] == {
        "id": answer.headers["request-id"],
        "idempotency_key": "mug-1",
    }
    assert event["data"] == {"object": answer.json()}


def test_an_update_tells_what_it_changed(merchant: Merchant) -> None:
    fields = {"name": "Mug", "metadata[a]": "1", "metadata[b]": "2"}
    path = f"/v1/products/{merchant.write('/v1/products', fields)['id']}"
    change = {"name": "Cup", "metadata[b]": "3", "metadata[c]": "4", "description": ""}
    merchant.write(path, change)
    (event,) = merchant.events("product.updated")
    previous = event["data"]["previous_attributes"]
    previous.pop("updated", None)  # which differs when a second has gone by
    assert previous == {"name": "Mug", "metadata": {"b": "2", "c": None}}


def test_an_update_that_changes_nothing_is_no_event(merchant: Merchant) -> None:
    product = merchant.write("/v1/products", {"name": "Mug"})
    fields = {"product": product["id"], "currency": "usd", "unit_amount": "900"}
    price = merchant.write("/v1/prices", fields)
    assert merchant.write(f"/v1/products/{product['id']}", {"name": "Mug"}) == product
    assert merchant.write(f"/v1/prices/{price['id']}") == price
    assert [event["type"] for event in merchant.events()] == ["price.created", "product.created"]


def test_a_lookup_key_that_moves_changes_two_prices(merchant: Merchant) -> None:
    product = merchant.write("/v1/products", {"name": "Mug"})["id"]
    fields = {"product": product, "currency": "usd", "lookup_key": "mug"}
    old = merchant.write("/v1/prices", {**fields, "unit_amount": "900"})["id"]
    taken = {**fields, "unit_amount": "950"}
    assert refused(merchant.post("/v1/prices", taken))["param"] == "lookup_key"
    merchant.write("/v1/prices", {**taken, "transfer_lookup_key": "true"})
    (event,) = merchant.events("price.updated")
    assert (event["data"]["object"]["id"], event["data"]["object"]["lookup_key"]) == (old, None)
    assert event["data"]["previous_attributes"] == {"lookup_key": "mug"}


def test_an_event_keeps_what_was_true_then(merchant: Merchant) -> None:
    product = merchant.write("/v1/products", {"name": "Mug"})
    merchant.write(f"/v1/products/{product['id']}", {"name": "Cup"})
    (created,) = merchant.events("product.created")
    assert created["data"]["object"] == product
