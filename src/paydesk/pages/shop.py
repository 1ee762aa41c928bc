"""The demo shop at `/`: its button makes a session through the public API, as a merchant would."""

from __future__ import annotations

import httpx
import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paydesk.core.api_keys import Keys
from paydesk.core.errors import InvalidRequest
from paydesk.pages import render
from paydesk.pages.http import buyer_of, page, read_form, see_other
from paydesk.pages.message_view import error_view
from paydesk.pages.shop_request import PRODUCTS, form_body, snippets
from paydesk.pages.shop_view import ShopView
from paydesk.pages.view import document
from paydesk.services.desk import Desk

TIMEOUT_SECONDS = 10


class ShopPages:
    """The shop, and its button."""

    def __init__(self, desk: Desk, keys: Keys, webhook_secret: str) -> None:
        self._desk = desk
        self._keys = keys
        self._webhook_secret = webhook_secret

    def routes(self) -> list[Route]:
        """The shop's part of the URL map."""
        return [
            Route("/", self.show, methods=["GET"]),
            Route("/demo/checkout", self.buy, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /`."""
        base_url = self._desk.server.base_url
        view = ShopView(
            document=document("Paydesk demo shop", "en"),
            base_url=base_url,
            secret_key=self._keys.secret,
            publishable_key=self._keys.publishable,
            webhook_secret=self._webhook_secret,
            products=[product.shown for product in PRODUCTS],
            snippets=snippets(base_url, self._keys.secret),
            paid_session=request.query_params.get("paid"),
            forward_command=".venv/bin/paydesk listen --forward-to localhost:4242/webhook",
        )
        return page(render.shop_page(view))

    async def buy(self, request: Request) -> Response:
        """`POST /demo/checkout`: make the session that the page shows, and go there."""
        try:
            await read_form(request)
        except InvalidRequest:
            return self._failed(request, 400)
        base_url = self._desk.server.base_url
        async with httpx.AsyncClient(trust_env=False, timeout=TIMEOUT_SECONDS) as client:
            answer = await client.post(
                f"{base_url}/v1/checkout/sessions",
                content=form_body(base_url),
                headers={
                    "Authorization": f"Bearer {self._keys.secret}",
                    "Content-Type": "application/x-www-form-urlencoded",
                },
            )
        if answer.status_code != 200:
            return self._failed(request, 500)
        return see_other(orjson.loads(answer.content)["url"])

    def _failed(self, request: Request, status: int) -> Response:
        view = error_view(buyer_of(request, None).locale, status=status)
        return page(render.message_page(view), status)
