"""The sandbox's bank: where a buyer proves who they are, in the frames that real networks use."""

from __future__ import annotations

from collections.abc import Callable

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paydesk.core.errors import InvalidRequest, NotFound, PaydeskError
from paydesk.core.payments import REQUIRES_ACTION, Attempt
from paydesk.core.sessions import HOSTED, Session, landing_url
from paydesk.pages import render
from paydesk.pages.challenge_view import ChallengeView, challenge_view
from paydesk.pages.doors import page_path
from paydesk.pages.framing import Framing
from paydesk.pages.http import FRAMED_BY_US, buyer_of, page, read_form, see_other
from paydesk.pages.message_view import error_view, question_over_view, unknown_view
from paydesk.render.locales import locale_data
from paydesk.render.money_format import format_money
from paydesk.services.answers import Answer
from paydesk.services.desk import Desk
from paydesk.storage import attempts, sessions
from paydesk.storage.database import Transaction


class BankPages:
    """The three nested documents, and the answer to their buttons."""

    def __init__(self, desk: Desk, merchant: str, framing: Framing) -> None:
        self._desk = desk
        self._merchant = merchant
        self._framing = framing

    def routes(self) -> list[Route]:
        """The bank's part of the URL map."""
        base = "/sandbox/3ds/{attempt}"
        return [
            Route(base, self.outer, methods=["GET"]),
            Route(base + "/challenge", self.middle),
            Route(base + "/acs", self.inner),
            Route(base, self.answer, methods=["POST"]),
        ]

    async def outer(self, request: Request) -> Response:
        """The page's frame, or a page of its own."""
        return await self._document(request, render.challenge_outer)

    async def middle(self, request: Request) -> Response:
        """The network's frame."""
        return await self._document(request, render.challenge_middle)

    async def inner(self, request: Request) -> Response:
        """The issuer's form."""
        return await self._document(request, render.challenge_inner)

    async def answer(self, request: Request) -> Response:
        """The buyer has proved who they are, or has not: the payment goes on."""
        try:
            form = await read_form(request)
            passed = form.get("outcome") == "authorize"
            attempt, session = await self._load(request)
            told = await self._authenticate(attempt, passed=passed)
        except PaydeskError as error:
            return self._refused(request, error)
        if told is None:
            return self._over(request, session)
        if form.get("modal") == "1":
            view = self._view(request, attempt, session, modal=True)
            return page(render.challenge_done(view), ancestors=self._framers(session))
        paid = told.status == 200 and orjson.loads(told.body)["status"] == "complete"
        return see_other(_way_on(session, paid=paid))

    async def _authenticate(self, attempt: Attempt, *, passed: bool) -> Answer | None:
        """What became of the payment; None when nobody waits for the answer any more."""
        if attempt.state != REQUIRES_ACTION:
            return None
        call = self._desk.call(attempt.account)
        try:
            return await self._desk.cashier.authenticate(call, attempt.id, passed=passed)
        except (InvalidRequest, NotFound):
            return None

    async def _document(self, request: Request, draw: Callable[[ChallengeView], str]) -> Response:
        try:
            attempt, session = await self._load(request)
        except PaydeskError as error:
            return self._refused(request, error)
        if attempt.state != REQUIRES_ACTION:
            return self._over(request, session)
        modal = request.query_params.get("modal") == "1"
        view = self._view(request, attempt, session, modal=modal)
        return page(draw(view), ancestors=self._framers(session))

    async def _load(self, request: Request) -> tuple[Attempt, Session]:
        """The attempt and its session. Raises NotFound."""
        id = request.path_params["attempt"]

        def story(tx: Transaction) -> tuple[Attempt, Session]:
            attempt = attempts.get(tx, id)
            if attempt is None:
                raise NotFound("payment", id)
            session = attempt.session and sessions.get(tx, attempt.account, attempt.session)
            if not session:
                raise NotFound("payment", id)
            return attempt, session

        return await self._desk.database.read(story)

    def _view(
        self, request: Request, attempt: Attempt, session: Session, *, modal: bool
    ) -> ChallengeView:
        locale = buyer_of(request, session.locale).locale
        return challenge_view(
            attempt=attempt.id,
            session_id=session.id,
            modal=modal,
            merchant=self._merchant,
            amount=format_money(attempt.amount, attempt.currency, locale_data(locale)),
            locale=locale,
        )

    def _framers(self, session: Session) -> str:
        """Who may have the bank in a frame: our page, and what may be around it."""
        return FRAMED_BY_US if session.ui_mode == HOSTED else self._framing.sources(session)

    def _over(self, request: Request, session: Session) -> Response:
        """Somebody answered already, or changed the order, which takes the question back."""
        view = question_over_view(buyer_of(request, session.locale).locale)
        return page(render.message_page(view), 410, ancestors=self._framers(session))

    def _refused(self, request: Request, error: PaydeskError) -> Response:
        """There is nothing to answer here, or the answer could not be taken."""
        locale = buyer_of(request, None).locale
        gone = error.status in (400, 404)
        view = unknown_view(locale) if gone else error_view(locale, status=error.status)
        status = 404 if gone else error.status
        return page(render.message_page(view), status, ancestors=FRAMED_BY_US)


def _way_on(session: Session, *, paid: bool) -> str:
    """Where the buyer goes from a bank's page that had the window to itself.

    A merchant's page that held the form is gone by then, so they come to its `return_url`, which
    asks what became of the session.
    """
    if session.ui_mode != HOSTED and (url := landing_url(session)):
        return url
    return page_path(session) + ("/return" if paid else "?authentication=failed")
