"""The inspector over HTTP."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace

import structlog
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paydesk.core.api_keys import DEMO
from paydesk.core.errors import Forbidden, InvalidRequest, NotFound, PaydeskError
from paydesk.core.request_log import LoggedRequest
from paydesk.pages.http import read_form, see_other
from paydesk.pages.inspector import lists, page_views, requests_view
from paydesk.pages.inspector.access import PATH, Admission, Door, comes_from_here
from paydesk.pages.inspector.actions import Actions
from paydesk.pages.inspector.answers import drawn, private
from paydesk.pages.inspector.live import LiveStreams
from paydesk.pages.inspector.requests_view import RequestSearch
from paydesk.pages.inspector.shell_view import Around, address, event_url, session_url
from paydesk.services import inspection
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.services.inspection import Overview, SessionStory, Told
from paydesk.storage import inspection as stored
from paydesk.storage import request_logs
from paydesk.storage.database import Transaction
from paydesk.storage.paging import Listed

log = structlog.get_logger("paydesk.inspector")

Handler = Callable[[Request], Awaitable[Response]]

NOT_FROM_HERE = (
    "Without a password the inspector is shown to people on this machine alone, at "
    "http://localhost or http://127.0.0.1. Set PAYDESK_INSPECTOR_PASSWORD to log in from elsewhere."
)


class InspectorPages:
    """The handlers. `door` says who may come in."""

    def __init__(self, desk: Desk, door: Door) -> None:
        self._desk = desk
        self._door = door
        self._live = LiveStreams(desk)
        self._actions = Actions(desk)

    def routes(self) -> list[Route]:
        """The inspector's part of the URL map."""
        session, event = "/sessions/{id}", "/events/{id}"
        return [
            _route("", self._guarded(self.show_overview)),
            _route("/events", self._guarded(self.show_events)),
            _route("/requests", self._guarded(self.show_requests)),
            _route("/requests/{id}", self._guarded(self.show_request)),
            _route("/live", self._guarded(self.follow)),
            _route(session, self._guarded(self.show_session)),
            _route(event, self._guarded(self.show_event)),
            _route("/account", self._guarded(self.find_account), post=True),
            _route(session + "/pay", self._guarded(self.pay), post=True),
            _route(session + "/expire", self._guarded(self.expire), post=True),
            _route(session + "/advance", self._guarded(self.advance), post=True),
            _route(event + "/resend", self._guarded(self.resend), post=True),
            _route("/login", self.show_login),
            _route("/login", self.log_in, post=True),
            _route("/logout", self._guarded(self.log_out), post=True),
        ]

    async def show_overview(self, request: Request) -> Response:
        """`GET /inspector`: how an account is doing, and its sessions."""

        def story(tx: Transaction) -> tuple[Around, Overview, page_views.Search, int]:
            around = self._around(tx, request, None)
            call = self._desk.call(around.account)
            search = lists.search_of(request, around.account)
            conditions = lists.session_conditions(search)
            found = inspection.overview(tx, call, conditions, lists.page_of(request))
            return around, found, search, call.now

        around, found, search, now = await self._desk.database.read(story)
        return drawn("overview.html", page_views.overview_page(around, found, search, now))

    async def show_events(self, request: Request) -> Response:
        """`GET /inspector/events`."""

        def story(tx: Transaction) -> tuple[Around, Listed[Told]]:
            around = self._around(tx, request, None)
            call, page = self._desk.call(around.account), lists.page_of(request)
            conditions, types = lists.event_conditions(request), lists.event_types(request)
            return around, inspection.event_list(tx, call, conditions, page, types)

        around, found = await self._desk.database.read(story)
        undelivered = lists.text_of(request, "only") == "undelivered"
        view = page_views.events_page(
            around, found, account=around.account, undelivered=undelivered
        )
        return drawn("events.html", view)

    async def show_session(self, request: Request) -> Response:
        """`GET /inspector/sessions/{id}`."""
        return await self._session_page(request)

    async def show_event(self, request: Request) -> Response:
        """`GET /inspector/events/{id}`."""
        return await self._event_page(request)

    async def show_requests(self, request: Request) -> Response:
        """`GET /inspector/requests`."""

        def story(tx: Transaction) -> tuple[Around, Listed[LoggedRequest], RequestSearch]:
            around = self._around(tx, request, None)
            search = lists.request_search_of(request, around.account)
            conditions, page = lists.request_conditions(search), lists.page_of(request)
            return around, request_logs.list_page(tx, search.account, conditions, page), search

        around, found, search = await self._desk.database.read(story)
        return drawn("requests.html", requests_view.requests_page(around, found, search))

    async def show_request(self, request: Request) -> Response:
        """`GET /inspector/requests/{id}`."""
        id = request.path_params["id"].replace("\0", "")

        def story(tx: Transaction) -> tuple[Around, LoggedRequest]:
            logged = request_logs.get(tx, id)
            if logged is None:
                raise NotFound("request", id, param="id")
            return self._around(tx, request, logged.account), logged

        around, logged = await self._desk.database.read(story)
        return drawn("request.html", requests_view.request_page(around, logged))

    async def follow(self, request: Request) -> Response:
        """`GET /inspector/live`."""
        return self._live.answer(request, lists.text_of(request, "account"))

    async def find_account(self, request: Request) -> Response:
        """`POST /inspector/account`: the account that a key belongs to. The key goes no further."""
        key = (await read_form(request)).get("key", "")
        account = lists.account_of_key(key) if self._desk.server.sandbox else None
        if account is None:
            raise NotFound("key", "", param="key")
        return see_other(address("", account=account))

    async def pay(self, request: Request) -> Response:
        """`POST …/pay`: stand in for a buyer, with a test card."""
        id, form = request.path_params["id"], await read_form(request)
        try:
            await self._actions.pay(id, form.get("card", ""))
        except (Forbidden, NotFound):
            raise
        except PaydeskError as error:
            return await self._session_page(request, error=error.message, status=422)
        return see_other(session_url(id))

    async def expire(self, request: Request) -> Response:
        """`POST …/expire`."""
        id = request.path_params["id"]
        try:
            await self._actions.expire(id)
        except (Forbidden, NotFound):
            raise
        except PaydeskError as error:
            return await self._session_page(request, error=error.message, status=422)
        return see_other(f"{session_url(id)}?said=expired")

    async def advance(self, request: Request) -> Response:
        """`POST …/advance`: an hour passes for the account."""
        id = request.path_params["id"]
        await self._actions.advance(id)
        return see_other(f"{session_url(id)}?said=advanced")

    async def resend(self, request: Request) -> Response:
        """`POST …/resend`."""
        id = request.path_params["id"]
        try:
            await self._actions.resend(id)
        except (Forbidden, NotFound):
            raise
        except PaydeskError as error:
            return await self._event_page(request, error=error.message, status=422)
        return see_other(f"{event_url(id)}?said=resent")

    async def show_login(self, request: Request) -> Response:
        """`GET /inspector/login`."""
        if not self._door.has_login:
            return self._absent()
        return drawn("message.html", page_views.login_page())

    async def log_in(self, request: Request) -> Response:
        """`POST /inspector/login`: the password, for a cookie."""
        if not self._door.has_login:
            return self._absent()
        if not comes_from_here(request):
            return self._foreign()
        if self._door.is_tired_of(request):
            view = page_views.login_page(error="Too many wrong passwords. Try again in a minute.")
            return drawn("message.html", view, 429)
        answer = see_other(PATH)
        try:
            form = await read_form(request)
        except InvalidRequest as error:
            return drawn("message.html", page_views.login_page(error=error.message), 400)
        if self._door.log_in(request, form.get("password", ""), answer):
            return answer
        log.warning("inspector login refused")
        return drawn("message.html", page_views.login_page(error="That is not the password."), 403)

    async def log_out(self, request: Request) -> Response:
        """`POST /inspector/logout`."""
        answer = see_other(address("/login"))
        self._door.log_out(answer)
        return answer

    async def _session_page(
        self, request: Request, *, error: str | None = None, status: int = 200
    ) -> Response:
        id = request.path_params["id"]

        def story(tx: Transaction) -> tuple[Around, SessionStory, Call]:
            call = inspection.call_for_session(tx, self._desk, id)
            around = self._around(tx, request, call.account)
            return around, inspection.session_story(tx, call, id), call

        around, found, call = await self._desk.database.read(story)
        view = page_views.session_page(replace(around, error=error), found, call.now)
        return drawn("session.html", view, status)

    async def _event_page(
        self, request: Request, *, error: str | None = None, status: int = 200
    ) -> Response:
        id = request.path_params["id"]

        def story(tx: Transaction) -> tuple[Around, Told, str | None, Call]:
            call = inspection.call_for_event(tx, self._desk, id)
            told = inspection.event_story(tx, call, id)
            about = inspection.session_of(tx, call, told.event)
            return self._around(tx, request, call.account), told, about, call

        around, told, about, call = await self._desk.database.read(story)
        about_url = None if about is None else session_url(about)
        view = page_views.event_page(
            replace(around, error=error), told, about_url, call.server_now_us
        )
        return drawn("event.html", view, status)

    def _around(self, tx: Transaction, request: Request, account: str | None) -> Around:
        """What surrounds a page: of `account`, or of the one that is asked for, or sold last."""
        accounts = stored.accounts(tx)
        demo = [DEMO.account] if self._desk.server.sandbox else []
        chosen = account or lists.text_of(request, "account")
        return Around(
            account=chosen or next(iter([*accounts, *demo]), ""),
            accounts=[*accounts, *demo],
            sandbox=self._desk.server.sandbox,
            has_login=self._door.has_login,
            said=lists.text_of(request, "said"),
        )

    def _guarded(self, handler: Handler) -> Handler:
        """Who may not come in is told so, and errors are pages. Never a traceback."""

        async def guarded(request: Request) -> Response:
            refused = self._refusal(request)
            if refused is not None:
                return refused
            try:
                return private(await handler(request))
            except NotFound:
                return self._absent()
            except PaydeskError as error:
                view = page_views.message_page("That did not work", error.message)
                return drawn("message.html", view, error.status)
            except Exception:
                log.exception("inspector failed", path=PATH)
                view = page_views.message_page("That did not work", "The log says more.")
                return drawn("message.html", view, 500)

        return guarded

    def _refusal(self, request: Request) -> Response | None:
        admission = self._door.admission(request)
        if admission is Admission.ABSENT:
            return self._absent()
        if admission is Admission.NOT_FROM_HERE:
            view = page_views.message_page("Not from here", NOT_FROM_HERE)
            return drawn("message.html", view, Forbidden.status)
        if admission is Admission.MUST_LOG_IN:
            return see_other(address("/login"))
        if request.method == "POST" and not comes_from_here(request):
            return self._foreign()
        return None

    def _absent(self) -> Response:
        view = page_views.message_page("Not found", "There is nothing at this address.")
        return drawn("message.html", view, 404)

    def _foreign(self) -> Response:
        view = page_views.message_page("Not from here", "This form belongs to another site.")
        return drawn("message.html", view, Forbidden.status)


def _route(path: str, handler: Handler, *, post: bool = False) -> Route:
    return Route(PATH + path, handler, methods=["POST"] if post else ["GET"])
