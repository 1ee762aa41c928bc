"""The checkout page over HTTP: `/c/pay/{id}` and what its forms and script ask for.

The same page is `/c/embed/{id or client secret}` for a frame in a merchant's page. Whose page that
is comes as `?host=` with its origin; only one that may have the frame gets it.

Everything works as plain forms. A script asks for the same with `X-Paydesk-Fragment: summary` and
gets the parts of the page that changed.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime

import orjson
import structlog
from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from paydesk.core.errors import Forbidden, InvalidRequest, NotFound, PaydeskError
from paydesk.core.line_items import find
from paydesk.core.sessions import (
    COMPLETE,
    EXPIRED,
    HOSTED,
    ID_ENDS_AT,
    Session,
)
from paydesk.pages import render
from paydesk.pages.confirmation import confirmation_of, place_changes
from paydesk.pages.doors import PATHS, is_door, page_path
from paydesk.pages.feedback import after_bank, after_refusal, refusal_in, said
from paydesk.pages.framing import Framing
from paydesk.pages.http import (
    FRAMED_BY_NOBODY,
    buyer_of,
    call_of,
    page,
    read_form,
    see_other,
    seller_of,
)
from paydesk.pages.landing import landing
from paydesk.pages.message_view import completed_view, error_view, expired_view, unknown_view
from paydesk.pages.payment_form import (
    FormValues,
    PaymentForm,
    field_errors,
    read_payment_form,
    with_offered_way,
)
from paydesk.pages.quantity_view import quantity_view
from paydesk.pages.script_data import MESSAGES
from paydesk.pages.view import NO_FEEDBACK, Feedback, checkout_view
from paydesk.pages.words import words_for
from paydesk.render.payment_pages import PaymentPage
from paydesk.services import sessions
from paydesk.services.buyers import BuyerChanges
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.history import FirstViews
from paydesk.services.tax_answers import with_tax
from paydesk.storage.database import Transaction

log = structlog.get_logger("paydesk.pages")

_QUANTITY = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)

Handler = Callable[[Request], Awaitable[Response]]


class HostedPages:
    """The handlers; `merchant` is the name that buyers read."""

    def __init__(self, desk: Desk, merchant: str, framing: Framing) -> None:
        self._desk = desk
        self._merchant = merchant
        self._framing = framing
        self._first_views = FirstViews(desk.database)

    def routes(self) -> list[Route]:
        """The page's part of the URL map."""
        return [route for path in PATHS.values() for route in self._door(f"{path}/{{id}}")]

    def _door(self, base: str) -> list[Route]:
        return [
            Route(base, self._guarded(self.show)),
            Route(base + "/status", self._guarded(self.status)),
            Route(base + "/return", self._guarded(self.leave)),
            Route(base + "/landing", self._guarded(self.tell_landing)),
            Route(base + "/quantity/{line}", self._guarded(self.show_quantity)),
            Route(base + "/quantity", self._guarded(self.change_quantity), methods=["POST"]),
            Route(base + "/tax", self._guarded(self.change_place), methods=["POST"]),
            Route(base + "/confirm", self._guarded(self.confirm), methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """`GET /c/pay/{id}`: the page, or what became of the session."""
        call, shown = await self._load(request)
        from_bank = request.query_params.get("authentication") == "failed"
        feedback = after_bank(shown.session, shown.intent) if from_bank else NO_FEEDBACK
        answer = self._page(request, call, shown, feedback)
        if self._first_views.is_first(shown.session.id):
            answer.background = BackgroundTask(self._first_views.record, call, shown.session.id)
        return answer

    async def status(self, request: Request) -> Response:
        """`GET …/status`: what an open page asks every few seconds."""
        _, shown = await self._load(request)
        session = shown.session
        return JSONResponse(
            {"status": session.status, "version": session.version},
            headers={"Cache-Control": "no-store"},
        )

    async def leave(self, request: Request) -> Response:
        """`GET …/return`: wait for the merchant's webhook handler, then go to `success_url`."""
        _, shown = await self._load(request)
        return see_other(await landing(self._desk, shown.session) or page_path(shown.session))

    async def tell_landing(self, request: Request) -> Response:
        """`GET …/landing`: the same wait, then the address for the page around a frame to go to."""
        _, shown = await self._load(request)
        url = await landing(self._desk, shown.session)
        return JSONResponse({"url": url}, headers={"Cache-Control": "no-store"})

    async def show_quantity(self, request: Request) -> Response:
        """`GET …/quantity/{line}`: the quantity form as a page of its own."""
        _, shown = await self._load(request)
        if shown.session.status != "open":
            return see_other(page_path(shown.session))
        return self._quantity_page(request, shown, request.path_params["line"])

    async def change_quantity(self, request: Request) -> Response:
        """`POST …/quantity`."""
        form = await read_form(request)
        call, shown = await self._load(request)
        line = form.get("line_item", "")
        try:
            quantity = _wanted_quantity(form, shown)
            changes = BuyerChanges(
                line_item=line,
                quantity=quantity,
                line_param="line_item",
                quantity_param="quantity",
            )
            return await self._change(request, call, shown, changes)
        except InvalidRequest as error:
            if _wants_fragment(request):
                return _refusal(request, error, shown.session.locale)
            if shown.session.status != "open" or isinstance(error, NotFound):
                return see_other(page_path(shown.session))
            typed = form.get("adjustQuantity", "")[:12]
            return self._quantity_page(request, shown, line, typed=typed, error=said(error))

    async def change_place(self, request: Request) -> Response:
        """`POST …/tax`: where the buyer is, for the tax."""
        form = read_payment_form(await read_form(request))
        call, shown = await self._load(request)
        try:
            changes = place_changes(shown.session, form.values)
            return await self._change(request, call, shown, changes, values=form.values)
        except InvalidRequest as error:
            if _wants_fragment(request):
                return _refusal(request, error, shown.session.locale)
            return self._page(
                request, call, shown, Feedback(values=form.values, error=said(error)), 422
            )

    async def confirm(self, request: Request) -> Response:
        """`POST …/confirm`: pay, without a script."""
        form = read_payment_form(await read_form(request))
        call, shown = await self._load(request)
        methods, saved = shown.session.payment_method_types, {each.id for each in shown.saved}
        form = with_offered_way(form, methods, saved)
        if shown.session.status != "open":
            return see_other(page_path(shown.session) + "/return")
        problems = field_errors(
            form,
            today=_today(call),
            email_needed=shown.session.fixed_email is None,
            card_needed=shown.session.amount_total > 0,
            asked=shown.session.collection,
        )
        if problems or form.expected_amount is None:
            feedback = Feedback(values=form.values, field_errors=problems)
            return self._page(request, call, shown, feedback, 422)
        return await self._pay(request, call, shown, form)

    async def _pay(
        self, request: Request, call: Call, shown: PaymentPage, form: PaymentForm
    ) -> Response:
        try:
            confirmation = confirmation_of(
                shown.session, form, saved=shown.saved, secret=self._desk.card_secret,
                today=_today(call),
            )  # fmt: skip
            answer = await self._desk.cashier.confirm(call, confirmation, None)
        except PaydeskError as error:
            return await self._refused(request, form, error)
        told = orjson.loads(answer.body)
        if answer.status == 200:
            return see_other(_next_url(told, page_path(shown.session)))
        return await self._refused(request, form, refusal_in(told))

    async def _refused(self, request: Request, form: PaymentForm, error: PaydeskError) -> Response:
        """The page again."""
        call, shown = await self._load(request)
        feedback = after_refusal(form.values, error)
        return self._page(request, call, shown, feedback, error.status)

    async def _change(
        self,
        request: Request,
        call: Call,
        shown: PaymentPage,
        changes: BuyerChanges,
        values: FormValues | None = None,
    ) -> Response:
        id = shown.session.id
        changed = await with_tax(
            call,
            lambda call: self._desk.database.write(
                lambda tx: sessions.update_by_buyer(tx, call, id, changes)
            ),
        )
        if _wants_fragment(request) or values is not None:
            return self._page(request, call, changed, Feedback(values=values))
        return see_other(page_path(changed.session))

    async def _load(self, request: Request) -> tuple[Call, PaymentPage]:
        name = request.path_params["id"]

        def story(tx: Transaction) -> tuple[Call, PaymentPage]:
            call = call_of(tx, self._desk, name.partition(ID_ENDS_AT)[0])
            shown = sessions.page(tx, call, sessions.id_of(tx, call, name))
            if not is_door(shown.session, request.url.path):
                raise NotFound("checkout page", shown.session.id)
            return call, shown

        return await self._desk.database.read(story)

    def _page(
        self,
        request: Request,
        call: Call,
        shown: PaymentPage,
        feedback: Feedback = NO_FEEDBACK,
        status: int = 200,
    ) -> Response:
        session = shown.session
        buyer = buyer_of(request, session.locale)
        ancestors = _framer(request, session, self._framing)
        if session.status == COMPLETE:
            view = completed_view(shown, self._merchant, buyer.locale)
            return page(render.message_page(view), ancestors=ancestors)
        if session.status == EXPIRED:
            view = expired_view(session, self._merchant, buyer.locale)
            return page(render.message_page(view), ancestors=ancestors)
        seller = seller_of(call.account, self._merchant)
        shown_page = checkout_view(shown, seller, buyer, feedback)
        if _wants_fragment(request):
            return page(render.summary_fragment(shown_page), status)
        return page(render.checkout_page(shown_page), status, ancestors=ancestors)

    def _quantity_page(
        self,
        request: Request,
        shown: PaymentPage,
        line: str,
        *,
        typed: str | None = None,
        error: str | None = None,
    ) -> Response:
        buyer = buyer_of(request, shown.session.locale)
        view = quantity_view(shown.session, shown.lines, line, buyer, typed=typed, error=error)
        return page(render.quantity_page(view), 200 if error is None else 422)

    def _guarded(self, handler: Handler) -> Handler:
        """Errors as pages: unknown session, too busy, our fault. Never a traceback."""

        async def guarded(request: Request) -> Response:
            locale = buyer_of(request, None).locale
            try:
                return await handler(request)
            except NotFound:
                return page(render.message_page(unknown_view(locale)), 404)
            except PaydeskError as error:
                if _wants_fragment(request):
                    return _refusal(request, error, None, error.status)
                view = error_view(locale, status=error.status)
                return page(render.message_page(view), error.status)
            except Exception:
                log.exception("page failed", path=request.url.path.rpartition("/cs_")[0])
                return page(render.message_page(error_view(locale, status=500)), 500)

        return guarded


def _wanted_quantity(form: dict[str, str], shown: PaymentPage) -> int:
    """The quantity that the pressed button means."""
    action = form.get("action", "update")
    if action == "remove":
        return 0
    text = form.get("adjustQuantity", "")
    if not _QUANTITY.fullmatch(text):
        raise InvalidRequest(MESSAGES["quantityNotWhole"], param="quantity")
    if action in ("minus", "plus"):
        line = find(shown.lines, form.get("line_item", ""))
        return max(0, line.quantity + (1 if action == "plus" else -1))
    return int(text)


def _next_url(told: dict[str, object], path: str) -> str:
    """Where a payment that was not refused goes on: the bank, or the way out."""
    intent = told["payment_intent"]
    if isinstance(intent, dict) and intent["status"] == "requires_action":
        return str(intent["next_action"]["redirect_to_url"]["url"])
    return f"{path}/return"


def _framer(request: Request, session: Session, framing: Framing) -> str:
    """The one origin whose page may have this page in a frame. Raises Forbidden for another."""
    host = request.query_params.get("host")
    if host is None or session.ui_mode == HOSTED:
        return FRAMED_BY_NOBODY
    if not framing.allows(session, host):
        raise Forbidden("Pages of this origin can't show this checkout.")
    return host


def _wants_fragment(request: Request) -> bool:
    return request.headers.get("x-paydesk-fragment") == "summary"


def _refusal(
    request: Request, error: PaydeskError, wanted_locale: str | None, status: int = 422
) -> Response:
    words = words_for(buyer_of(request, wanted_locale).locale)
    fields = {"message": words(said(error)), "param": error.param, "code": error.code}
    return JSONResponse({"error": fields}, status, headers={"Cache-Control": "no-store"})


def _today(call: Call) -> date:
    return datetime.fromtimestamp(call.now, UTC).date()
