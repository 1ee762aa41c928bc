"""Outside the sandbox: only made keys, https webhooks on the public Internet, no demo shop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest

from paydesk.app import create_app
from paydesk.core.api_keys import digest
from paydesk.core.ids import page_key
from paydesk.services import api_keys
from paydesk.services.api_keys import KeyPair
from paydesk.services.context import IdSource
from paydesk.services.taxes import NO_HEAD_OFFICE
from paydesk.settings import Settings
from paydesk.storage import api_keys as stored
from tests.api.merchant import SESSIONS, refused, succeeded
from tests.engines import ENGINES, open_database
from tests.support.app import SEED_SESSION, Client, Clock, running_app
from tests.webhooks.receiver import answer, receiving, when

pytestmark = pytest.mark.anyio

LIVE: dict[str, Any] = {"mode": "live", "payments": "sandbox", "base_url": "https://pay.example"}
MADE = 1_800_000_000
HOOKS = "/v1/webhook_endpoints"


@dataclass(frozen=True)
class Live:
    """A server in live mode that two merchants have keys for, and a clock that the test turns."""

    client: Client
    clock: Clock
    ours: KeyPair
    theirs: KeyPair

    async def get(self, key: str, path: str = SESSIONS) -> httpx.Response:
        return await self.client.get(path, headers={"Authorization": f"Bearer {key}"})

    async def post(self, path: str, fields: dict[str, str], key: str) -> httpx.Response:
        return await self.client.form(path, fields, Authorization=f"Bearer {key}")


@asynccontextmanager
async def live(folder: Path, engine: str, revoke: str = "") -> AsyncIterator[Live]:
    """`revoke` names the kind of our key that is revoked before the server starts."""
    clock, ids = Clock(), IdSource()
    async with open_database(engine, folder / "paydesk.db") as database:
        ours = await database.write(lambda tx: api_keys.create(tx, ids, MADE, "ours", None))
        theirs = await database.write(lambda tx: api_keys.create(tx, ids, MADE, "theirs", None))
        for key in await database.read(stored.list_all):
            if (key.account, key.kind) == (ours.account, revoke):
                await database.write(partial(api_keys.revoke, id=key.id, now=MADE))
    async with running_app(folder, engine=engine, clock=clock, **LIVE) as client:
        yield Live(client, clock, ours, theirs)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


async def test_only_keys_that_were_made_open_the_api(tmp_path: Path, engine: str) -> None:
    async with live(tmp_path, engine) as shop:
        succeeded(await shop.get(shop.ours.secret))
        for key in ("sk_test_paydesk", shop.ours.secret + "x", digest(shop.ours.secret)):
            error = refused(await shop.get(key), 401)
            assert error["message"].startswith("Invalid API Key provided: ")
        assert refused(await shop.get(shop.ours.publishable), 403)["code"] == "secret_key_required"


async def test_each_account_sees_its_own(tmp_path: Path, engine: str) -> None:
    async with live(tmp_path, engine) as shop:
        made = succeeded(await shop.post(SESSIONS, SEED_SESSION, shop.ours.secret))
        path = f"{SESSIONS}/{made['id']}"
        succeeded(await shop.get(shop.ours.secret, path))
        refused(await shop.get(shop.theirs.secret, path), 404)
        page = f"/v1/payment_pages/{made['id']}"
        succeeded(await shop.get(shop.ours.publishable, page))
        refused(await shop.get(shop.theirs.publishable, page), 404)


async def test_a_revoked_key_is_expired(tmp_path: Path, engine: str) -> None:
    async with live(tmp_path, engine, revoke="secret") as shop:
        error = refused(await shop.get(shop.ours.secret), 401)
        assert error["code"] == "api_key_expired"
        assert shop.ours.secret[8:-4] not in error["message"]


async def test_revoking_is_noticed_within_seconds(tmp_path: Path) -> None:
    async with live(tmp_path, "postgres") as shop:
        succeeded(await shop.get(shop.ours.secret))
        async with open_database("postgres", tmp_path / "paydesk.db") as elsewhere:
            found = await elsewhere.read(lambda tx: api_keys.find(tx, shop.ours.secret))
            assert found is not None
            await elsewhere.write(partial(api_keys.revoke, id=found.id, now=MADE))
        shop.clock.advance(6)
        assert refused(await shop.get(shop.ours.secret), 401)["code"] == "api_key_expired"


async def test_our_own_pages_have_their_key(tmp_path: Path, engine: str) -> None:
    async with live(tmp_path, engine) as shop:
        made = succeeded(await shop.post(SESSIONS, SEED_SESSION, shop.ours.secret))
        page = f"/v1/payment_pages/{made['id']}"
        succeeded(await shop.post(page, {}, page_key(shop.ours.account)))
        refused(await shop.post(page, {}, page_key("acct_nobody")), 401)


async def test_webhooks_are_sent_by_https_alone(tmp_path: Path) -> None:
    async with live(tmp_path, "sqlite") as shop:
        new = {"url": "https://shop.example/", "enabled_events[]": "*"}
        id = succeeded(await shop.post(HOOKS, new, shop.ours.secret))["id"]
        plain = {**new, "url": "http://shop.example/"}
        for path, fields in ((HOOKS, plain), (f"{HOOKS}/{id}", {"url": plain["url"]})):
            error = refused(await shop.post(path, fields, shop.ours.secret))
            assert (error["param"], error["code"]) == ("url", "url_invalid")


async def test_there_is_no_demo(tmp_path: Path) -> None:
    async with live(tmp_path, "sqlite") as shop:
        assert (await shop.client.get("/")).status_code == 404
        made = succeeded(await shop.post(SESSIONS, SEED_SESSION, shop.ours.secret))
        page = await shop.client.get(made["url"])
        assert page.status_code == 200
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]


async def test_nobody_stands_in_for_a_buyer(tmp_path: Path) -> None:
    async with live(tmp_path, "sqlite") as shop:
        made = succeeded(await shop.post(SESSIONS, SEED_SESSION, shop.ours.secret))
        path = f"/v1/test_helpers/checkout/sessions/{made['id']}"
        for action in ("pay", "expire"):
            refused(await shop.post(f"{path}/{action}", {}, shop.ours.secret), 404)


async def test_this_machines_pages_frame_nothing(tmp_path: Path) -> None:
    embedded = {name: text for name, text in SEED_SESSION.items() if not name.endswith("_url")}
    embedded |= {"ui_mode": "embedded", "return_url": "https://shop.example/return"}
    async with live(tmp_path, "sqlite") as shop:
        made = succeeded(await shop.post(SESSIONS, embedded, shop.ours.secret))
        page = await shop.client.get(f"/c/embed/{made['id']}?origin=https://shop.example")
        assert "127.0.0.1" not in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"payments": None}, "Live mode needs a processor"),
        ({"base_url": None}, "buyers come by https"),
        ({"base_url": "http://pay.example"}, "buyers come by https"),
        ({"forward_to": "http://127.0.0.1:4242/"}, "--forward-to"),
    ],
)
async def test_live_mode_wants_everything_named(
    tmp_path: Path, lacking: dict[str, str | None], words: str
) -> None:
    database = f"sqlite:///{tmp_path / 'paydesk.db'}"
    settings = Settings().model_copy(update={"database": database, **LIVE, **lacking})
    with pytest.raises(ValueError, match=words):
        create_app(settings)


async def test_nobody_collects_tax_before_they_say_where(tmp_path: Path, engine: str) -> None:
    taxed = {**SEED_SESSION, "automatic_tax[enabled]": "true"}
    office = {"head_office[address][country]": "DE", "defaults[tax_code]": "txcd_99999999"}
    async with live(tmp_path, engine) as shop:
        settings = succeeded(await shop.get(shop.ours.secret, "/v1/tax/settings"))
        assert (settings["status"], settings["head_office"]) == ("pending", None)
        registrations = succeeded(await shop.get(shop.ours.secret, "/v1/tax/registrations"))
        assert registrations["data"] == []
        error = refused(await shop.post(SESSIONS, taxed, shop.ours.secret))
        assert error["message"] == NO_HEAD_OFFICE
        told = succeeded(await shop.post("/v1/tax/settings", office, shop.ours.secret))
        assert told["status"] == "active"
        succeeded(await shop.post(SESSIONS, taxed, shop.ours.secret))
        unsaid = {**taxed, "line_items[0][price_data][tax_behavior]": "unspecified"}
        error = refused(await shop.post(SESSIONS, unsaid, shop.ours.secret))
        assert error["param"] == "line_items[0]"
        assert "`tax_behavior`" in error["message"]


async def test_an_endpoint_gets_as_many_at_once_as_the_operator_says(tmp_path: Path) -> None:
    gate = asyncio.Event()
    async with receiving(when(gate, answer(200))) as merchant:
        async with running_app(tmp_path, webhook_concurrency=2) as client:
            await client.form(HOOKS, {"url": merchant.url, "enabled_events[]": "product.created"})
            for _ in range(6):
                succeeded(await client.form("/v1/products", {"name": "Mug"}))
            await merchant.received(2)
            gate.set()
            await merchant.received(6)
        assert merchant.open_at_most == 2
