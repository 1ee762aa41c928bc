"""The elements' documents: `/elements/{kind}/{client_secret}`, each in a frame of a shop's page.

What a buyer types is typed here, on our origin, where the merchant's page can't read it. The
query's `host` is the origin of the page around; only one that may have the frame gets it.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paydesk.core.errors import Forbidden, NotFound, PaydeskError
from paydesk.core.sessions import ID_ENDS_AT, Session
from paydesk.pages import render
from paydesk.pages.element_view import TITLES, element_view
from paydesk.pages.framing import Framing
from paydesk.pages.http import buyer_of, call_of, page, seller_of
from paydesk.pages.message_view import error_view, unknown_view
from paydesk.services import sessions
from paydesk.services.desk import Desk
from paydesk.storage.database import Transaction


class ElementPages:
    """The documents; `merchant` is the name that buyers read."""

    def __init__(self, desk: Desk, merchant: str, framing: Framing) -> None:
        self._desk = desk
        self._merchant = merchant
        self._framing = framing

    def routes(self) -> list[Route]:
        """The elements' part of the URL map."""
        return [Route("/elements/{kind}/{secret}", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /elements/{kind}/{client_secret}?host=https://shop.example`."""
        buyer = buyer_of(request, request.query_params.get("locale"))
        host = request.query_params.get("host", "")
        try:
            kind, (account, session) = request.path_params["kind"], await self._load(request)
            if kind not in TITLES:
                raise NotFound("element", kind)
            if not self._framing.allows(session, host):
                raise Forbidden("Pages of this origin can't show this checkout.")
        except PaydeskError as error:
            gone = error.status == 404
            view = unknown_view(buyer.locale) if gone else error_view(buyer.locale, status=403)
            return page(render.message_page(view), 404 if gone else 403)
        seller = seller_of(account, self._merchant)
        html = render.element_page(element_view(kind, session, seller, host, buyer))
        return page(html, ancestors=host)

    async def _load(self, request: Request) -> tuple[str, Session]:
        """The account and its session that the secret opens. Raises NotFound."""
        secret = request.path_params["secret"]

        def story(tx: Transaction) -> tuple[str, Session]:
            call = call_of(tx, self._desk, secret.partition(ID_ENDS_AT)[0])
            return call.account, sessions.get(tx, call, sessions.id_of(tx, call, secret))

        return await self._desk.database.read(story)
