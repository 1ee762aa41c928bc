"""The same key has the same effect once, and gets the same answer for a day."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
import stripe

from paydesk.payments.processor import (
    Authorisation,
    News,
    Outcome,
    Processor,
    RefundOutcome,
    RefundRequest,
)
from paydesk.storage.idempotency import KEY_LENGTH_MAX, RETENTION_SECONDS
from tests.api.merchant import SESSIONS, Merchant, refused, succeeded
from tests.support.app import SEED_SESSION, Clock, running_app
from tests.support.server import Server

KEY = "order-7"
AT_ONCE = 32

OTHER_PARAMETERS = (
    "Keys for idempotent requests can only be used with the same parameters they were first used "
    f"with. Try using a key other than '{KEY}' if you meant to execute a different request."
)
OTHER_ENDPOINT = (
    "Keys for idempotent requests can only be used for the same endpoint they were first used for "
    f"('/v1/products' vs '/v1/checkout/sessions'). Try using a key other than '{KEY}' if you meant "
    "to execute a different request."
)

IN_USE = (
    "There is currently another in-progress request using this Idempotent Key (that probably means "
    "you submitted twice, and the other request is still going through): "
    f"{KEY}. Please try again later."
)


def create(merchant: Merchant, key: str = KEY, **changes: str) -> httpx.Response:
    return merchant.post(SESSIONS, {**SEED_SESSION, **changes}, idempotency_key=key)


def count(merchant: Merchant) -> int:
    return len(merchant.read(SESSIONS, {"limit": "100"})["data"])


def test_the_same_answer_byte_for_byte(merchant: Merchant) -> None:
    first, second = create(merchant), create(merchant)
    assert first.status_code == second.status_code == 200
    assert first.content == second.content
    assert count(merchant) == 1
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"] == KEY
    assert "idempotent-replayed" not in first.headers
    assert second.headers["idempotent-replayed"] == "true"
    assert second.headers["original-request"] == first.headers["request-id"]
    assert second.headers["request-id"] != first.headers["request-id"]


def test_the_same_parameters_in_another_order(merchant: Merchant) -> None:
    first = create(merchant)
    backwards = dict(reversed(SEED_SESSION.items()))
    again = merchant.post(SESSIONS, backwards, idempotency_key=KEY)
    assert again.content == first.content


def test_the_answer_of_that_time_though_the_session_moved_on(merchant: Merchant) -> None:
    first = create(merchant)
    id = first.json()["id"]
    succeeded(merchant.confirm(id))
    assert merchant.read(f"{SESSIONS}/{id}")["status"] == "complete"
    assert create(merchant).content == first.content


def test_the_same_answer_after_a_restart(own_server: Server, http: httpx.Client, key: str) -> None:
    merchant = Merchant(http, own_server.url, key)
    first = create(merchant)
    own_server.kill()
    own_server.start()
    again = create(merchant)
    assert again.content == first.content
    assert again.headers["original-request"] == first.headers["request-id"]
    assert count(merchant) == 1


def test_many_at_once_make_one_session(merchant: Merchant) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(lambda _: create(merchant), range(AT_ONCE)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotent-replayed" in answer.headers for answer in answers) == AT_ONCE - 1
    assert count(merchant) == 1


def test_the_official_sdk_replays(sdk: stripe.StripeClient, merchant: Merchant) -> None:
    options: stripe.RequestOptions = {"idempotency_key": KEY}
    first = sdk.v1.products.create({"name": "Mug"}, options)
    assert sdk.v1.products.create({"name": "Mug"}, options).id == first.id
    with pytest.raises(stripe.IdempotencyError, match="the same parameters"):
        sdk.v1.products.create({"name": "Cup"}, options)
    assert len(merchant.read("/v1/products")["data"]) == 1


def test_other_parameters_are_refused(merchant: Merchant) -> None:
    create(merchant)
    error = refused(create(merchant, **{"line_items[0][quantity]": "2"}))
    assert error == {"type": "idempotency_error", "message": OTHER_PARAMETERS}
    assert count(merchant) == 1


def test_another_endpoint_is_refused(merchant: Merchant) -> None:
    create(merchant)
    error = refused(merchant.post("/v1/products", {"name": "Mug"}, idempotency_key=KEY))
    assert error == {"type": "idempotency_error", "message": OTHER_ENDPOINT}


def test_another_object_is_another_endpoint(merchant: Merchant) -> None:
    first, second = merchant.session(), merchant.session()
    merchant.write(f"{SESSIONS}/{first['id']}/expire", idempotency_key=KEY)
    error = refused(merchant.post(f"{SESSIONS}/{second['id']}/expire", idempotency_key=KEY))
    assert error["type"] == "idempotency_error"
    assert merchant.read(f"{SESSIONS}/{second['id']}")["status"] == "open"


def test_wrong_parameters_do_not_use_the_key_up(merchant: Merchant) -> None:
    refused(create(merchant, mode="nope"))
    refused(create(merchant, **{"line_items[0][quantity]": "11"}))
    answer = create(merchant)
    assert answer.status_code == 200
    assert "idempotent-replayed" not in answer.headers


def test_a_declined_payment_is_kept(merchant: Merchant) -> None:
    session = merchant.session()["id"]
    path = f"/v1/payment_pages/{session}/confirm"
    card = {"payment_method": "pm_card_chargeDeclined"}
    first = merchant.post(path, card, idempotency_key=KEY)
    second = merchant.post(path, card, idempotency_key=KEY)
    assert first.status_code == second.status_code == 402
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"
    assert len(merchant.read("/v1/charges")["data"]) == 1


def test_a_payment_is_made_once(merchant: Merchant) -> None:
    session = merchant.session()["id"]
    path, card = f"/v1/payment_pages/{session}/confirm", {"payment_method": "pm_card_visa"}
    first = merchant.post(path, card, idempotency_key=KEY)
    second = merchant.post(path, card, idempotency_key=KEY)
    assert first.status_code == 200
    assert first.content == second.content
    assert len(merchant.read("/v1/charges")["data"]) == 1


def test_a_moved_total_does_not_use_the_key_up(merchant: Merchant) -> None:
    path = f"/v1/payment_pages/{merchant.session()['id']}/confirm"
    card = {"payment_method": "pm_card_visa"}
    stale = {**card, "expected_amount": "1"}
    error = refused(merchant.post(path, stale, idempotency_key=KEY))
    assert error["code"] == "checkout_amount_mismatch"
    right = {**card, "expected_amount": "2000"}
    succeeded(merchant.post(path, right, idempotency_key=KEY))


@pytest.mark.parametrize("length", [KEY_LENGTH_MAX + 1, 2_000])
def test_a_key_that_is_too_long(merchant: Merchant, length: int) -> None:
    error = refused(create(merchant, key="k" * length))
    assert error["type"] == "invalid_request_error"
    assert str(KEY_LENGTH_MAX) in error["message"]
    assert count(merchant) == 0


def test_the_longest_key(merchant: Merchant) -> None:
    longest = "k" * KEY_LENGTH_MAX
    assert create(merchant, key=longest).content == create(merchant, key=longest).content


def test_keys_belong_to_an_account(merchant: Merchant, other_merchant: Merchant) -> None:
    ours, theirs = create(merchant), create(other_merchant)
    assert ours.json()["id"] != theirs.json()["id"]
    assert "idempotent-replayed" not in theirs.headers


def test_a_buyer_takes_no_key_that_the_merchant_may_use(merchant: Merchant) -> None:
    path = f"/v1/payment_pages/{merchant.session()['id']}"
    fields = {"email": "a@shop.test"}
    first, again = (
        merchant.request("POST", path, fields, key=merchant.publishable_key, idempotency_key=KEY)
        for _ in range(2)
    )
    assert again.headers["original-request"] == first.headers["request-id"]
    assert again.headers["idempotency-key"] == KEY
    assert "idempotent-replayed" not in merchant.post(path, fields, idempotency_key=KEY).headers
    other = merchant.request(
        "POST", path, {"email": "b@shop.test"}, key=merchant.publishable_key, idempotency_key=KEY
    )
    assert refused(other)["message"] == OTHER_PARAMETERS


def test_reading_and_deleting_know_no_keys(merchant: Merchant) -> None:
    endpoint = merchant.write(
        "/v1/webhook_endpoints", {"url": "http://127.0.0.1:1/", "enabled_events[]": "*"}
    )
    path = f"/v1/webhook_endpoints/{endpoint['id']}"
    for method, status in (("GET", 200), ("DELETE", 200), ("DELETE", 404), ("GET", 404)):
        answer = merchant.request(method, path, idempotency_key=KEY)
        assert answer.status_code == status
        assert "idempotency-key" not in answer.headers


class Slow:
    """A processor that answers when the test lets it."""

    def __init__(self, processor: Processor) -> None:
        self._processor = processor
        self.asked, self.may_answer = asyncio.Event(), asyncio.Event()

    async def authorise(self, request: Authorisation) -> Outcome:
        self.asked.set()
        await self.may_answer.wait()
        return await self._processor.authorise(request)

    async def complete_authentication(self, key: str, *, authenticated: bool) -> Outcome:
        return await self._processor.complete_authentication(key, authenticated=authenticated)

    async def payment_news(self, key: str) -> News:
        return await self._processor.payment_news(key)

    async def give_up(self, key: str) -> Outcome | None:
        return await self._processor.give_up(key)

    async def refund(self, request: RefundRequest) -> RefundOutcome:
        return await self._processor.refund(request)

    async def refund_news(self, key: str) -> RefundOutcome:
        return await self._processor.refund_news(key)


@pytest.mark.anyio
async def test_a_key_whose_first_request_is_not_answered_yet(tmp_path: Path) -> None:
    processors: list[Slow] = []

    def slow(processor: Processor) -> Slow:
        processors.append(Slow(processor))
        return processors[0]

    async with running_app(tmp_path, processor=slow) as client:
        session = (await client.form(SESSIONS, SEED_SESSION)).json()["id"]
        path, card = f"/v1/payment_pages/{session}/confirm", {"payment_method": "pm_card_visa"}
        first = asyncio.create_task(client.form(path, card, idempotency_key=KEY))
        await processors[0].asked.wait()
        second = await client.form(path, card, idempotency_key=KEY)
        assert second.headers["stripe-should-retry"] == "true"
        error = refused(second, 409)
        assert (error["code"], error["message"]) == ("idempotency_key_in_use", IN_USE)
        processors[0].may_answer.set()
        assert succeeded(await first)["status"] == "complete"
        third = await client.form(path, card, idempotency_key=KEY)
        assert third.content == first.result().content


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("seconds", "replayed"), [(RETENTION_SECONDS - 1, True), (RETENTION_SECONDS + 1, False)]
)
async def test_a_key_starts_afresh_after_a_day(
    tmp_path: Path, seconds: int, replayed: bool
) -> None:
    clock = Clock()
    product = {"name": "Mug"}
    async with running_app(tmp_path, clock=clock) as client:
        first = await client.form("/v1/products", product, idempotency_key=KEY)
    clock.advance(seconds)
    # A server tidies up when it starts, and from then on every few minutes.
    async with running_app(tmp_path, clock=clock) as client:
        second = await client.form("/v1/products", product, idempotency_key=KEY)
    assert (second.content == first.content) is replayed
    assert ("idempotent-replayed" in second.headers) is replayed


def test_bodies_are_compared_as_they_are_understood(merchant: Merchant) -> None:
    """A list may be numbered or not, and text escaped or not: what counts is what it says."""
    plain = urlencode(SEED_SESSION, safe="[]:/")
    headers = {
        "Authorization": f"Bearer {merchant.key}",
        "Content-Type": "application/x-www-form-urlencoded",
        "Idempotency-Key": KEY,
    }
    first = create(merchant)
    again = merchant.http.post(f"{merchant.url}{SESSIONS}", content=plain, headers=headers)
    assert again.content == first.content
