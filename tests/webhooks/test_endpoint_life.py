"""What attempts do to their endpoint: five days of failures, and secrets that are replaced."""

from __future__ import annotations

import pytest
import stripe
from structlog.testing import capture_logs

from paydesk.core.deliveries import FAILED, SUCCEEDED
from paydesk.core.errors import InvalidRequest
from paydesk.core.webhook_endpoints import SECRETS_MAX, WebhookEndpoint
from paydesk.services import webhook_endpoints
from paydesk.storage import webhook_endpoints as stored
from tests.webhooks import receiver
from tests.webhooks.receiver import Receiver, answer
from tests.webhooks.world import StillWorld

pytestmark = pytest.mark.anyio

ONCE = (0,)
HOUR_MS, DAY_MS = 3_600_000, 86_400_000
DAY_SECONDS = 86_400


async def attempt(world: StillWorld) -> str:
    """One event, one attempt; gives back the state of its delivery."""
    happened = await world.happen()
    async with world.working(ONCE):
        (delivery,) = await world.settled(happened)
    return delivery.state


async def found(world: StillWorld, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return await world.database.read(lambda tx: webhook_endpoints.get(tx, world.call, endpoint.id))


async def rotate(world: StillWorld, id: str, overlap_seconds: int) -> WebhookEndpoint:
    return await world.database.write(
        lambda tx: webhook_endpoints.rotate_secret(
            tx, world.call, id, overlap_seconds=overlap_seconds
        )
    )


async def fail_for_days(world: StillWorld, days: float) -> None:
    """A failure now, one thirteen hours later, and one so many days after the first."""
    for pause_ms in (0, 13 * HOUR_MS, round(days * DAY_MS) - 13 * HOUR_MS):
        world.pass_ms(pause_ms)
        assert await attempt(world) == FAILED


async def test_an_endpoint_that_only_fails_is_disabled_after_five_days(
    still_world: StillWorld, merchant: Receiver
) -> None:
    endpoint = await still_world.listen(merchant.url)
    merchant.behave = receiver.hang_up
    with capture_logs() as lines:
        await fail_for_days(still_world, 4.9)
        assert (await found(still_world, endpoint)).status == "enabled"
        still_world.pass_ms(DAY_MS // 10)
        assert await attempt(still_world) == FAILED
    after = await found(still_world, endpoint)
    assert (after.status, after.disabled_reason) == ("disabled", "failing")
    assert lines[-1]["event"] == "webhook endpoint disabled"
    assert lines[-1]["endpoint"] == endpoint.id
    counted = await still_world.database.read(stored.count_disabled)
    assert counted == {"failing": 1}


async def test_any_success_forgives(still_world: StillWorld, merchant: Receiver) -> None:
    endpoint = await still_world.listen(merchant.url)
    merchant.behave = answer(500)
    await fail_for_days(still_world, 4.9)
    merchant.behave = answer(200)
    assert await attempt(still_world) == SUCCEEDED
    assert (await found(still_world, endpoint)).failing is None
    merchant.behave = answer(500)
    await fail_for_days(still_world, 4.9)
    assert (await found(still_world, endpoint)).status == "enabled"


async def test_enabling_it_again_forgives_too(still_world: StillWorld, merchant: Receiver) -> None:
    endpoint = await still_world.listen(merchant.url)
    merchant.behave = answer(500)
    await fail_for_days(still_world, 5)
    enabled = await still_world.database.write(
        lambda tx: webhook_endpoints.update(tx, still_world.call, endpoint.id, disabled=False)
    )
    assert (enabled.status, enabled.failing, enabled.disabled_reason) == ("enabled", None, None)
    assert await attempt(still_world) == FAILED
    assert (await found(still_world, endpoint)).status == "enabled"


async def test_a_gone_endpoint_says_why_it_is_disabled(
    still_world: StillWorld, merchant: Receiver
) -> None:
    endpoint = await still_world.listen(merchant.url)
    merchant.behave = answer(410)
    assert await attempt(still_world) == FAILED
    assert (await found(still_world, endpoint)).disabled_reason == "gone"


def accepted(request: receiver.Request, secret: str) -> bool:
    """Whether Stripe's SDK, knowing this secret, takes the request for genuine."""
    try:
        stripe.WebhookSignature.verify_header(
            request.body.decode(), request.headers["stripe-signature"], secret, tolerance=None
        )
    except stripe.SignatureVerificationError:
        return False
    return True


async def test_both_secrets_verify_until_the_old_one_expires(
    still_world: StillWorld, merchant: Receiver
) -> None:
    before = await still_world.listen(merchant.url)
    after = await rotate(still_world, before.id, DAY_SECONDS)
    assert after.secret != before.secret
    await attempt(still_world)
    still_world.pass_ms(DAY_MS)
    await attempt(still_world)
    during, expired = merchant.requests
    assert accepted(during, before.secret)
    assert accepted(during, after.secret)
    assert not accepted(expired, before.secret)
    assert accepted(expired, after.secret)


async def test_only_so_many_secrets_sign_at_once(still_world: StillWorld) -> None:
    endpoint = await still_world.listen("https://shop.example")
    for _ in range(SECRETS_MAX - 1):
        await rotate(still_world, endpoint.id, DAY_SECONDS)
    with pytest.raises(InvalidRequest, match="4 signing secrets") as refusal:
        await rotate(still_world, endpoint.id, DAY_SECONDS)
    assert refusal.value.param == "current_secret_expires_in_seconds"
    await rotate(still_world, endpoint.id, 0)
    still_world.pass_ms(DAY_MS)
    await rotate(still_world, endpoint.id, DAY_SECONDS)
