"""Signatures, as the SDK of the merchant reads them."""

from __future__ import annotations

import time

import pytest
import stripe

from paydesk.webhooks.sign import signature_header

BODY = '{"id":"evt_1","object":"event","data":{"name":"café"}}'.encode()
BY_OPENSSL = "1624ed6eb073685be5cae1bcf200d57c2051b23aad907b6a2d9e045e2b2951da"
"""printf '1750000000.{}' | openssl dgst -sha256 -hmac whsec_test"""

OLD, NEW = "whsec_old", "whsec_new"
TOLERANCE_SECONDS = 300


def verify(body: bytes, header: str, secret: str) -> None:
    stripe.Webhook.construct_event(body, header, secret, tolerance=TOLERANCE_SECONDS)


def now() -> int:
    return int(time.time())


def test_the_sdk_accepts_what_we_sign() -> None:
    event = stripe.Webhook.construct_event(BODY, signature_header(BODY, [NEW], now()), NEW)
    assert event.id == "evt_1"


def test_a_header_names_its_time_and_one_signature_per_secret() -> None:
    header = signature_header(b"{}", ["whsec_test", OLD], 1_750_000_000)
    time_part, first, second = header.split(",")
    assert time_part == "t=1750000000"
    assert first == f"v1={BY_OPENSSL}"
    assert second.startswith("v1=")


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_while_a_secret_is_replaced_either_one_verifies(secret: str) -> None:
    verify(BODY, signature_header(BODY, [OLD, NEW], now()), secret)


def test_another_secret_does_not_verify() -> None:
    with pytest.raises(stripe.SignatureVerificationError):
        verify(BODY, signature_header(BODY, [NEW], now()), OLD)


@pytest.mark.parametrize("place", range(len(BODY)))
def test_a_changed_byte_does_not_verify(place: int) -> None:
    header = signature_header(BODY, [NEW], now())
    tampered = bytes(BODY[:place] + bytes([BODY[place] ^ 1]) + BODY[place + 1 :])
    with pytest.raises((stripe.SignatureVerificationError, UnicodeDecodeError)):
        verify(tampered, header, NEW)


def test_a_changed_time_does_not_verify() -> None:
    signed_at = now()
    header = signature_header(BODY, [NEW], signed_at)
    with pytest.raises(stripe.SignatureVerificationError):
        verify(BODY, header.replace(str(signed_at), str(signed_at - 1)), NEW)


def test_a_signature_is_good_for_five_minutes() -> None:
    verify(BODY, signature_header(BODY, [NEW], now() - TOLERANCE_SECONDS + 2), NEW)
    with pytest.raises(stripe.SignatureVerificationError):
        verify(BODY, signature_header(BODY, [NEW], now() - TOLERANCE_SECONDS - 1), NEW)
