"""Whose pages may have frames: the session's own, the operator's, in the sandbox this machine's."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from paydesk.core.sessions import Session
from paydesk.pages.framing import Framing
from paydesk.settings import FRAME_ORIGINS_MAX, Settings
from tests.core.build import a_session
from tests.support.app import SEED_SESSION, running_app

SHOP = "https://shop.example"
SECOND = "https://second.example:8443"
HERE = ("http://localhost:3000", "https://localhost", "http://127.0.0.1:8080")

LIVE = Framing((SECOND,))
SANDBOX = Framing((SECOND,), loopback=True)


@pytest.fixture
def session() -> Session:
    return a_session(ui_mode="embedded", return_url=f"{SHOP}/done")


@pytest.mark.parametrize("framing", [LIVE, SANDBOX])
def test_the_sessions_site_and_the_operators_may(session: Session, framing: Framing) -> None:
    assert framing.allows(session, SHOP)
    assert framing.allows(session, SECOND)
    assert not framing.allows(session, "https://second.example")
    assert not framing.allows(session, "https://other.example")


@pytest.mark.parametrize("origin", HERE)
def test_this_machine_may_in_the_sandbox_alone(session: Session, origin: str) -> None:
    assert SANDBOX.allows(session, origin)
    assert not LIVE.allows(session, origin)


def test_the_banks_policy_names_the_same_sites(session: Session) -> None:
    assert LIVE.sources(session) == f"'self' {SHOP} {SECOND}"
    assert SANDBOX.sources(session).split() == [
        "'self'", SHOP, SECOND, "http://127.0.0.1:*", "https://127.0.0.1:*",
        "http://localhost:*", "https://localhost:*",
    ]  # fmt: skip


@pytest.mark.parametrize("text", [f"{SHOP} {SECOND}", f"{SHOP},{SECOND}", f" {SHOP} , {SECOND},\n"])
def test_origins_stand_between_spaces_or_commas(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYDESK_FRAME_ORIGINS", text)
    assert Settings().frame_origins == (SHOP, SECOND)


@pytest.mark.parametrize("text", ["", " ", " , "])
def test_none_may_be_named(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PAYDESK_FRAME_ORIGINS", text)
    assert Settings().frame_origins == ()


@pytest.mark.parametrize(
    "text",
    [
        "*",
        "https://*.shop.example",
        "https:",
        "shop.example",
        f"{SHOP}/",
        f"{SHOP}/cart",
        f"{SHOP}:443",
        "https://SHOP.example",
        "https://me@shop.example",
        f"{SHOP};script-src",
        "'self'",
        "http://[::1]:3000",
        f"{SHOP} *",
        " ".join(f"https://{n}.example" for n in range(FRAME_ORIGINS_MAX + 1)),
    ],
)
def test_whatever_is_no_origin_keeps_the_server_from_starting(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAYDESK_FRAME_ORIGINS", text)
    with pytest.raises(ValidationError):
        Settings()


@pytest.mark.anyio
async def test_a_named_site_gets_the_form_and_the_elements(tmp_path: Path) -> None:
    plain = {name: value for name, value in SEED_SESSION.items() if not name.endswith("_url")}
    stays = {"ui_mode": "embedded", "redirect_on_completion": "never"}
    elements = {"ui_mode": "custom", "return_url": f"{SHOP}/done"}
    async with running_app(tmp_path, frame_origins=(SECOND,)) as client:
        for door, path in ((stays, "/c/embed"), (elements, "/elements/payment")):
            made = await client.form("/v1/checkout/sessions", {**plain, **door})
            url = f"{path}/{made.json()['client_secret']}"
            shown = await client.get(url, params={"host": SECOND})
            assert shown.status_code == 200
            assert f"frame-ancestors {SECOND};" in shown.headers["content-security-policy"]
            refused = await client.get(url, params={"host": "https://other.example"})
            assert refused.status_code == 403
