"""What the inspector shows of a session, of an event and of an account."""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import time_ns

import httpx
import pytest

from paydesk.services.inspection import call_for_event
from paydesk.services.resends import to_everyone
from tests.engines import ENGINES
from tests.support.app import Client, Clock
from tests.support.checkout import DECLINED, Order
from tests.support.till import Till, open_till
from tests.webhooks.receiver import Receiver, answer, in_turn, receiving

pytestmark = pytest.mark.anyio

PATIENCE_SECONDS = 10
BROKEN = b"TypeError: line_items is undefined"
OURS = {"sec_fetch_site": "same-origin"}

ENDS = re.compile(
    r"\s*</?(?:li|p|h1|h2|h3|td|th|tr|dt|dd|div|ol|ul|pre|article|section)\b[^>]*>\s*"
)


def text_of(answer: httpx.Response) -> str:
    """What a page says, a line for each of its parts."""
    assert answer.status_code == 200, answer.text
    body = answer.text.partition("<main")[2]
    plain = re.sub(r"<[^>]+>", "", ENDS.sub("\n", body))
    lines = (re.sub(r"\s+", " ", line).strip() for line in html.unescape(plain).splitlines())
    return "\n".join(filter(None, lines))


def steps_of(answer: httpx.Response) -> list[str]:
    """The titles of the timeline, in the order in which a screen reader reads them."""
    items = re.search(r'<ol class="Steps">(.*?)</ol>', answer.text, re.S)
    assert items is not None
    found = re.findall(r'class="Step-title">(.*?)</p>', items[1], re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", title)).strip() for title in found]


@asynccontextmanager
async def a_shop(folder: Path, merchant: Receiver | None = None) -> AsyncIterator[Till]:
    """A shop in real time, whose webhooks are delivered."""
    clock = Clock()
    clock.now_us = time_ns() // 1_000
    async with open_till(folder, clock=clock) as till:
        if merchant is not None:
            fields = {"url": merchant.url}
            for number, type in enumerate(("completed", "expired")):
                fields[f"enabled_events[{number}]"] = f"checkout.session.{type}"
            assert (await till.client.form("/v1/webhook_endpoints", fields)).status_code == 200
        yield till


async def show(till: Till, order: Order) -> httpx.Response:
    return await till.client.get(f"/inspector/sessions/{order.id}")


async def event_id(client: Client, type: str) -> str:
    found = (await client.get(f"/v1/events?type={type}")).json()["data"]
    id: str = found[0]["id"]
    return id


async def until_tried(till: Till, event: str, text: str) -> str:
    """The event's page once it says that."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            shown = text_of(await till.client.get(f"/inspector/events/{event}"))
            if text in shown:
                return shown
            await asyncio.sleep(0.02)


async def test_the_timeline_tells_a_sessions_life(tmp_path: Path) -> None:
    async with receiving(answer(200)) as merchant, a_shop(tmp_path, merchant) as till:
        order = await till.open()
        await till.client.get(f"/c/pay/{order.id}")
        await till.change(order, 3)
        await till.pay(order, DECLINED, expected=6000)
        await till.pay(order, expected=6000)
        event = await event_id(till.client, "checkout.session.completed")
        await until_tried(till, event, "HTTP 200")
        shown = await show(till, order)
        steps = steps_of(shown)
        assert steps[:-1] == [
            "Created",
            "Opened by the buyer",
            "Quantity 1 to 3",
            "Payment of $60.00 tried",
            "Declined",
            "Payment of $60.00 tried",
            "Paid",
        ]
        assert re.fullmatch(r"Delivered in \d+ ms", steps[-1])
        text = text_of(shown)
        assert "T-shirt, total $20.00 to $60.00" in text
        assert "Your card was declined. (card_declined)" in text
        assert "Visa •••• 4242" in text
        assert shown.text.count("<circle") == len(steps)


async def test_tax_and_refunds_have_their_step(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        order = await till.open({"automatic_tax[enabled]": "true"})
        place = {"tax_region[country]": "US", "tax_region[postal_code]": "94103"}
        await till.client.form(f"/v1/payment_pages/{order.id}", place)
        total = (await till.look(order))["amount_total"]
        assert (await till.pay(order, expected=total)).status_code == 200
        intent = (await till.look(order))["payment_intent"]
        await till.client.form("/v1/refunds", {"payment_intent": intent, "amount": "500"})
        steps = steps_of(await show(till, order))
        assert "Tax computed" in steps
        assert steps[-1] == "Refund of $5.00"


async def test_an_order_is_shown_as_the_buyer_has_it(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        name = "<script>alert(1)</script> & sons"
        order = await till.open(
            {
                "line_items[0][price_data][product_data][name]": name,
                "metadata[order]": '"6735"',
                "client_reference_id": "ref-1",
            }
        )
        shown = await show(till, order)
        assert "<script>alert" not in shown.text
        text = text_of(shown)
        for line in (name, "1 to 10", "$20.00", '"6735"', "ref-1", "Nobody has tried to pay yet."):
            assert line in text
        assert f'href="/c/pay/{order.id}"' in shown.text


async def test_sessions_are_found(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        mine = await till.open({"customer_email": "ada@example.com"})
        other = await till.open()
        await till.expire(other)
        paid = await till.open()
        await till.pay(paid)
        intent = (await till.look(paid))["payment_intent"]
        account = re.search(r"acct_\w+", (await till.client.get("/inspector")).text)
        assert account is not None
        for query, found in {
            "query=ada@example.com": [mine],
            f"query={other.id}": [other],
            f"query={intent}": [paid],
            "status=expired": [other],
            "status=open": [mine],
            "status=nonsense": [paid, other, mine],
            "query=nobody@example.com": [],
            "query=%00": [paid, other, mine],
            "": [paid, other, mine],
        }.items():
            page = await till.client.get(f"/inspector?account={account[0]}&{query}")
            assert page.status_code == 200, query
            shown = page.text.partition('id="sessions"')[2]
            listed = re.findall(r'href="/inspector/sessions/(cs_test_\w+)"', shown)
            assert listed == [order.id for order in found], query


async def test_a_failed_webhook_tells_why(tmp_path: Path) -> None:
    behaviour = in_turn(answer(500, BROKEN), answer(200, b"thanks"))
    async with receiving(behaviour) as merchant, a_shop(tmp_path, merchant) as till:
        order = await till.open()
        await till.expire(order)
        event = await event_id(till.client, "checkout.session.expired")
        shown = await until_tried(till, event, "HTTP 500")
        assert BROKEN.decode() in shown
        assert "attempt 1" in shown
        warned = await till.client.get("/inspector")
        assert f"{merchant.url} has been failing since" in text_of(warned)
        assert f'<a href="/inspector/events/{event}">See why</a>' in warned.text
        sent = await till.client.form(f"/inspector/events/{event}/resend", {}, **OURS)
        assert sent.headers["location"] == f"/inspector/events/{event}?said=resent"
        shown = await until_tried(till, event, "HTTP 200")
        assert "thanks" in shown
        assert "failing since" not in text_of(await till.client.get("/inspector"))


async def test_an_event_that_has_arrived_is_sent_again(tmp_path: Path) -> None:
    async with receiving(answer(200)) as merchant, a_shop(tmp_path, merchant) as till:
        await till.expire(await till.open())
        event = await event_id(till.client, "checkout.session.expired")
        await until_tried(till, event, "HTTP 200")
        await till.client.form(f"/inspector/events/{event}/resend", {}, **OURS)
        async with asyncio.timeout(PATIENCE_SECONDS):
            await merchant.received(2)
        assert merchant.bodies[0] == merchant.bodies[1]
        told = (await till.client.get(f"/v1/events/{event}")).json()
        async with asyncio.timeout(PATIENCE_SECONDS):
            while told["pending_webhooks"]:
                await asyncio.sleep(0.02)
                told = (await till.client.get(f"/v1/events/{event}")).json()


async def test_an_endpoint_that_wants_order_says_what_waits(tmp_path: Path) -> None:
    async with receiving(answer(500)) as merchant, a_shop(tmp_path) as till:
        new = {"url": merchant.url, "enabled_events[]": "*", "paydesk[ordering]": "endpoint"}
        await till.client.form("/v1/webhook_endpoints", {**new, "paydesk[concurrency]": "2"})
        await till.expire(await till.open())
        first = await event_id(till.client, "product.created")
        last = await event_id(till.client, "checkout.session.expired")
        shown = await until_tried(till, first, "HTTP 500")
        assert "Asked for: all events in order, 2 at a time" in shown
        assert "next attempt in" in shown
        assert "waits for the event before it" in await until_tried(till, last, "before it")
        overview = text_of(await till.client.get("/inspector"))
        assert "It wants its events in order, so later ones wait." in overview


async def test_what_nobody_would_get_is_not_sent(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        await till.expire(await till.open())
        event = await event_id(till.client, "checkout.session.expired")
        answer = await till.client.form(f"/inspector/events/{event}/resend", {}, **OURS)
        assert answer.status_code == 422
        assert "No enabled webhook endpoint listens" in answer.text


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_resent_event_is_due_at_once(tmp_path: Path, engine: str) -> None:
    async with open_till(tmp_path, engine=engine) as till:
        await till.listen("http://127.0.0.1:9")
        await till.expire(await till.open())
        event = await event_id(till.client, "checkout.session.expired")
        call = await till.desk.database.read(lambda tx: call_for_event(tx, till.desk, event))
        assert await till.desk.database.write(lambda tx: to_everyone(tx, call, event)) == 1
        for page in ("", "/events", f"/events/{event}"):
            assert (await till.client.get(f"/inspector{page}")).status_code == 200


async def test_a_merchant_to_whom_nobody_listens_is_warned(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        order = await till.open()
        assert "Nobody listens" in text_of(await till.client.get("/inspector"))
        await till.pay(order)
        overview = text_of(await till.client.get("/inspector"))
        assert "1 completed session of the last 100 had no webhook endpoint" in overview
        assert "no webhook endpoint listened" in text_of(await show(till, order))


async def test_buttons_stand_in_for_a_buyer(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        order = await till.open()
        base = f"/inspector/sessions/{order.id}"
        for card, status in (("declined", "open"), ("requires_authentication", "complete")):
            answer = await till.client.form(f"{base}/pay", {"card": card}, **OURS)
            assert (answer.status_code, answer.headers["location"]) == (303, base)
            assert (await till.look(order))["status"] == status
        for path in ("pay", "expire"):
            answer = await till.client.form(f"{base}/{path}", {"card": "succeeds"}, **OURS)
            assert answer.status_code == 422, "it is paid"
        assert "Pay with a test card" not in (await show(till, order)).text
        other = await till.open()
        await till.client.form(f"/inspector/sessions/{other.id}/expire", {}, **OURS)
        assert steps_of(await show(till, other)) == ["Created", "Expired"]
        assert (await till.client.form(f"{base}/pay", {"card": "4242"}, **OURS)).status_code == 422


DEBITED_ALONE = {
    "line_items[0][price_data][currency]": "eur",
    "payment_method_types[0]": "sepa_debit",
}


@pytest.mark.parametrize(
    ("button", "end", "badge"),
    [
        ("debit_succeeds", "Paid", '<span class="Badge is-good">paid</span>'),
        ("debit_fails", "Declined", '<span class="Badge is-bad">failed</span>'),
    ],
)
async def test_a_debit_takes_its_time(tmp_path: Path, button: str, end: str, badge: str) -> None:
    async with a_shop(tmp_path) as till:
        order = await till.open(DEBITED_ALONE)
        base = f"/inspector/sessions/{order.id}"
        shown = (await show(till, order)).text
        assert "Pay by direct debit" in shown
        assert "Pay with a test card" not in shown
        await till.client.form(f"{base}/pay", {"card": button}, **OURS)
        page = await show(till, order)
        assert steps_of(page)[-1] == "The money is on its way"
        assert "SEPA Direct Debit AT •••• 320" in page.text
        assert "unpaid" in page.text
        await till.client.form(f"{base}/advance", {}, **OURS)
        page = await show(till, order)
        assert steps_of(page)[-2:] == ["The money is on its way", end]
        assert badge in page.text


async def test_an_hour_passes_for_the_account(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        order = await till.open()
        ends_at = (await till.look(order))["expires_at"]
        path = f"/inspector/sessions/{order.id}/advance"
        for _ in range(24):
            assert (await till.client.form(path, {}, **OURS)).status_code == 303
        clock = (await till.client.get("/v1/test_helpers/clock")).json()
        assert clock["ahead_seconds"] == 24 * 3600
        assert clock["now"] >= ends_at
        assert (await till.look(order))["status"] == "expired"
        assert steps_of(await show(till, order))[-1] == "Expired"


async def test_charts_say_in_a_table_what_they_draw(tmp_path: Path) -> None:
    async with receiving(answer(200)) as merchant, a_shop(tmp_path, merchant) as till:
        for card in (DECLINED, "pm_card_visa"):
            await till.pay(await till.open(), card)
        event = await event_id(till.client, "checkout.session.completed")
        await until_tried(till, event, "HTTP 200")
        page = await till.client.get("/inspector")
        assert 'aria-label="Payments, last 24 hours: 1 succeeded, 1 failed"' in page.text
        assert page.text.count("<rect") >= 3
        table = page.text.partition('id="chart-payments-table"')[2].partition("</table>")[0]
        assert re.findall(r"<td>(.*?)</td>", table)[1:] == ["1", "1"]


@pytest.mark.parametrize(
    "path", ["/sessions/cs_test_x", "/events/evt_x", "/sessions/%00", "/events/%00", "/nothing"]
)
async def test_what_is_not_there_is_not_found(tmp_path: Path, path: str) -> None:
    async with a_shop(tmp_path) as till:
        assert (await till.client.get(f"/inspector{path}")).status_code == 404


async def test_lists_go_on(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        orders = [await till.open() for _ in range(27)]
        first = await till.client.get("/inspector")
        older = re.search(r'href="([^"]+)">Older sessions', first.text)
        assert older is not None
        second = await till.client.get(html.unescape(older[1]))
        for order, page in ((orders[2], first), (orders[1], second), (orders[0], second)):
            assert f"/inspector/sessions/{order.id}" in page.text.partition('id="sessions"')[2]


async def logged(till: Till, query: str = "") -> httpx.Response:
    """The list of requests, once the log has been written down."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            page = await till.client.get(f"/inspector/requests?{query}")
            if "<tbody>" in page.text:
                return page
            await asyncio.sleep(0.02)


def requests_in(page: httpx.Response) -> list[str]:
    found = re.findall(r'href="/inspector/requests/req_\w+">(.*?)</a>', page.text)
    return [html.unescape(each) for each in found]


async def test_requests_are_found_with_what_was_asked_and_answered(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        await till.open()
        refused = await till.client.form("/v1/checkout/sessions", {"mode": "nonsense"})
        await till.client.get("/v1/events")
        await logged(till, f"id={refused.headers['request-id']}")
        session = "POST /v1/checkout/sessions"
        for query, found in {
            "": ["GET /v1/events", session, session],
            "path=/v1/checkout": [session, session],
            "outcome=failed": [session],
            "status=4xx": [session],
            "status=400&path=/v1/c": [session],
            "status=2xx": ["GET /v1/events", session],
            "path=/v1/e&outcome=succeeded": ["GET /v1/events"],
            "outcome=nonsense&path=%00": ["GET /v1/events", session, session],
            f"id={refused.headers['request-id']}": [session],
        }.items():
            assert requests_in(await logged(till, query)) == found, query
        shown = await till.client.get(f"/inspector/requests/{refused.headers['request-id']}")
        text = text_of(shown)
        assert '"mode": "nonsense"' in text
        assert refused.json()["error"]["message"] in text
        for query in ("path=/v1/%25", "status=404", "status=4"):
            nothing = await till.client.get(f"/inspector/requests?{query}")
            assert "No request of this account is like that." in text_of(nothing)
        assert (await till.client.get("/inspector/requests/req_none")).status_code == 404


async def test_parameters_that_do_nothing_or_grow_old_are_warned_of(tmp_path: Path) -> None:
    async with a_shop(tmp_path) as till:
        await till.open({"ui_mode": "hosted", "payment_method_types[0]": "card"})
        await till.open({"ui_mode": "hosted", "integration_identifier": "mine"})
        await logged(till)
        text = text_of(await till.client.get("/inspector"))
        assert "A request had a parameter without effect: integration_identifier." in text
        later = "Newer API versions refuse a request of yours: Invalid ui_mode: must be one of"
        assert text.count(later) == 1
        page = await logged(till)
        assert "newer API versions: Invalid ui_mode" in html.unescape(page.text)
