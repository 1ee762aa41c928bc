"""API versions: the answer speaks the words of the version that the request names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import stripe
from stripe.params import WebhookEndpointCreateParams

from tests.api.merchant import DAHLIA, ENDIVE, SESSIONS, Merchant, refused
from tests.support.app import SEED_SESSION, running_app
from tests.support.server import Server

CLOVER = "2026-02-25.clover"
WITHOUT_URLS = {name: text for name, text in SEED_SESSION.items() if not name.endswith("_url")}

WORDS = [("hosted", "hosted_page"), ("embedded", "embedded_page"), ("custom", "elements")]
"""The same front doors before and since 2026-03-25.dahlia."""

OLD_VERSIONS = [None, "2022-08-01", "2024-06-20", CLOVER]
NEW_VERSIONS = ["2026-03-25.dahlia", DAHLIA, "2026-09-30.endive", ENDIVE]


def headers(version: str | None) -> dict[str, str]:
    return {} if version is None else {"stripe_version": version}


def fields_for(ui_mode: str) -> dict[str, str]:
    if ui_mode in {"hosted", "hosted_page"}:
        return {**SEED_SESSION, "ui_mode": ui_mode}
    return {**WITHOUT_URLS, "ui_mode": ui_mode, "return_url": "https://shop.example/return"}


@pytest.mark.parametrize("version", ["2020-08-27", CLOVER, DAHLIA, ENDIVE])
def test_the_version_comes_back(merchant: Merchant, version: str) -> None:
    for path in (SESSIONS, f"{SESSIONS}/cs_test_none"):
        answer = merchant.get(path, stripe_version=version)
        assert answer.headers["stripe-version"] == version


def test_every_version_of_the_sdk_is_one(merchant: Merchant) -> None:
    told = str(WebhookEndpointCreateParams.__annotations__["api_version"])
    published = re.findall(r"\d{4}-\d\d-\d\d(?:\.[a-z]+)?", told)
    assert stripe.api_version in published
    assert len(published) > 100
    for version in (*published, "2025-08-27.preview", "2027-01-27.endive", "2027-03-31.fuchsia"):
        assert merchant.get(SESSIONS, stripe_version=version).status_code == 200, version


def test_without_one_it_is_the_guides(merchant: Merchant) -> None:
    assert merchant.get(SESSIONS).headers["stripe-version"] == CLOVER


@pytest.mark.parametrize("pair", WORDS, ids=[old for old, _ in WORDS])
@pytest.mark.parametrize("version", [*OLD_VERSIONS, *NEW_VERSIONS])
def test_front_doors_in_both_vocabularies(
    merchant: Merchant, version: str | None, pair: tuple[str, str]
) -> None:
    expected = pair[version in NEW_VERSIONS]
    for word in pair:
        session = merchant.write(SESSIONS, fields_for(word), **headers(version))
        path = f"{SESSIONS}/{session['id']}"
        answers = [
            session,
            merchant.read(path, None, **headers(version)),
            merchant.write(path, {"metadata[a]": "b"}, **headers(version)),
            *merchant.read(SESSIONS, None, **headers(version))["data"],
            merchant.write(f"{path}/expire", None, **headers(version)),
        ]
        assert {answer["ui_mode"] for answer in answers} == {expected}


def test_methods_that_came_with_endive(merchant: Merchant) -> None:
    fields = {**SEED_SESSION, "allowed_payment_method_types[]": "card"}
    before = merchant.write(SESSIONS, fields, stripe_version=DAHLIA)
    since = merchant.write(SESSIONS, fields, stripe_version=ENDIVE)
    assert "allowed_payment_method_types" not in before
    assert since["allowed_payment_method_types"] == ["card"]


def test_events_stay_in_the_words_of_their_time(merchant: Merchant) -> None:
    merchant.write(SESSIONS, SEED_SESSION, stripe_version=ENDIVE)
    session = merchant.read(SESSIONS)["data"][0]["id"]
    merchant.write(f"{SESSIONS}/{session}/expire", stripe_version=ENDIVE)
    (event,) = merchant.read(
        "/v1/events", {"type": "checkout.session.expired"}, stripe_version=ENDIVE
    )["data"]
    assert event["api_version"] == CLOVER
    assert event["data"]["object"]["ui_mode"] == "hosted"


def test_the_sdks_choose_their_own(server: Server, key: str, merchant: Merchant) -> None:
    id = merchant.session()["id"]
    for version, word in ((stripe.api_version, "hosted_page"), (CLOVER, "hosted")):
        client = stripe.StripeClient(
            key, base_addresses={"api": server.url}, stripe_version=version
        )
        session = client.v1.checkout.sessions.retrieve(id)
        assert session.ui_mode == word
        assert session.last_response is not None
        assert session.last_response.headers["stripe-version"] == version


@pytest.mark.anyio
async def test_a_strict_server_knows_one_vocabulary(tmp_path: Path) -> None:
    async with running_app(tmp_path, strict=True) as client:
        for version, known in ((CLOVER, 0), (DAHLIA, 1)):
            for pair in WORDS:
                for place, word in enumerate(pair):
                    answer = await client.form(SESSIONS, fields_for(word), stripe_version=version)
                    if place == known:
                        assert answer.json()["ui_mode"] == word
                    else:
                        assert refused(answer)["param"] == "ui_mode"
