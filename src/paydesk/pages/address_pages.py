"""The lines of one country's address form, for a form whose country the buyer has changed.

`/address-form/{purpose}/{country}?locale=de` is the same for every buyer, so browsers keep it.
`alone=yes` is for a form that has a document to itself.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paydesk.core.countries import COUNTRIES
from paydesk.core.sessions import Address
from paydesk.pages import render
from paydesk.pages.address_view import PURPOSES, address_view
from paydesk.pages.http import buyer_of, page
from paydesk.pages.message_view import unknown_view
from paydesk.pages.words import words_for

KEPT_SECONDS = 24 * 3600
"""For how long a browser need not ask again."""


class AddressForms:
    """The handler."""

    def routes(self) -> list[Route]:
        """The forms' part of the URL map."""
        return [Route("/address-form/{purpose}/{country}", self.show)]

    async def show(self, request: Request) -> Response:
        """`GET /address-form/shipping/JP`: the lines, without anything filled in."""
        locale = buyer_of(request, request.query_params.get("locale")).locale
        country = request.path_params["country"]
        purpose = next((each for each in PURPOSES if each == request.path_params["purpose"]), None)
        if purpose is None or country not in COUNTRIES:
            return page(render.message_page(unknown_view(locale)), 404)
        words = words_for(locale)
        alone = request.query_params.get("alone") == "yes"
        view = address_view(purpose, Address(country=country), words, locale, alone=alone)
        answer = page(render.address_fields(view, words.language))
        answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
        answer.headers["Vary"] = "Accept-Language"
        return answer
