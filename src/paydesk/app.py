"""The composition root: settings in, one ASGI application out."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable

import httpx
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount
from starlette.types import Receive, Scope, Send

from paydesk import background
from paydesk.api.answered import Answered, Witness
from paydesk.api.handle import Api
from paydesk.api.journal import Journal
from paydesk.api.listeners import ListenerSockets
from paydesk.api.routes import ROUTES, SANDBOX_ROUTES
from paydesk.api.routing import Route
from paydesk.core.api_keys import DEMO
from paydesk.core.tax_standard import StandardRates
from paydesk.log import configure, request_log
from paydesk.operations import Operations
from paydesk.pages.address_pages import AddressForms
from paydesk.pages.asset_files import Assets
from paydesk.pages.bank import BankPages
from paydesk.pages.elements import ElementPages
from paydesk.pages.framing import Framing
from paydesk.pages.hosted import HostedPages
from paydesk.pages.inspector.access import Door, checked_password
from paydesk.pages.inspector.handlers import InspectorPages
from paydesk.pages.sdk import BrowserScript
from paydesk.pages.shop import ShopPages
from paydesk.payments.processor import Processor
from paydesk.payments.sandbox import SandboxProcessor
from paydesk.services.changes import Changes
from paydesk.services.collect import Collector
from paydesk.services.confirm import Cashier
from paydesk.services.context import Clock, IdSource, Server, system_clock
from paydesk.services.demo import prepare_demo
from paydesk.services.desk import Desk
from paydesk.services.meter import Meter
from paydesk.services.refunds import Refunder
from paydesk.services.tax_answers import Answers
from paydesk.services.test_clocks import followed, load
from paydesk.settings import POSTGRES, SQLITE, Settings
from paydesk.storage.database import Database, Engine
from paydesk.storage.sandbox_ledger import SandboxLedger
from paydesk.storage.sqlite import SQLite
from paydesk.tax.http import open_tax_service
from paydesk.tax.service import TaxService
from paydesk.webhooks.addresses import PublicOnly
from paydesk.webhooks.deliver import open_client
from paydesk.webhooks.schedule import LIVE, SANDBOX
from paydesk.webhooks.worker import DeliveryWorker, Limits

API_PATHS = ("/v1/", "//v1/")
"""The second is what a base URL with a slash at its end makes; it gets the API's 404."""


def create_app(
    settings: Settings,
    *,
    clock: Clock = system_clock,
    processor: Callable[[Processor], Processor] = lambda sandbox: sandbox,
) -> Application:
    """The application. Tests bring their own `clock`, or wrap the sandbox's processor.

    Raises DatabaseUnusable or ValueError when the database can't be opened, ValueError when live
    mode lacks something.
    """
    if not settings.is_sandbox:
        _check_live(settings)
    configure(settings.log_format, settings.log_level)
    return Application(settings, clock, processor)


def open_database(url: str) -> Engine:
    """The engine that a database URL names. Raises ValueError for one that Paydesk has not."""
    if url.startswith(SQLITE):
        return SQLite(url.removeprefix(SQLITE))
    if url.startswith(POSTGRES):
        from paydesk.storage.postgres import Postgres

        return Postgres(url)
    raise ValueError(
        "Paydesk keeps its data in sqlite:///file.db or postgresql://user@host/database, "
        f"not in {url.partition(':')[0]}:…"
    )


def _check_live(settings: Settings) -> None:
    """Raise ValueError, with a sentence for the operator, for what live mode can't be run with."""
    if settings.payments is None:
        raise ValueError(
            "Live mode needs a processor, and this version has the sandbox's alone, which moves no "
            "money: say so with --payments sandbox, and every payment is a test."
        )
    if not settings.public_url.startswith("https://"):
        raise ValueError(
            "In live mode buyers come by https: name their address with --base-url https://…"
        )
    if settings.forward_to is not None:
        raise ValueError(
            "--forward-to is for the sandbox's demo account; live mode has none: make a webhook "
            "endpoint instead."
        )


class Application:
    """The API before everything else, by its own URL map; pages and assets through Starlette."""

    def __init__(
        self, settings: Settings, clock: Clock, processor: Callable[[Processor], Processor]
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._inspector_door = _inspector_door(settings, clock)
        self._database = open_database(settings.database)
        self._wrap = processor
        self._pages = Starlette(lifespan=self._lifespan)
        self._api: Api | None = None

    @property
    def webhook_secret(self) -> str:
        """What signs the events of the sandbox's demo account; known once it has started."""
        secret: str = self._pages.state.webhook_secret
        return secret

    @property
    def database_name(self) -> str:
        """What people call the database, without secrets."""
        return self._database.name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if (
            self._api is not None
            and scope["type"] == "http"
            and scope["path"].startswith(API_PATHS)
        ):
            await self._api(scope, receive, send)
        else:
            await self._pages(scope, receive, send)

    def started(self) -> contextlib.AbstractAsyncContextManager[object]:
        """Run without a server around it: started on entering, stopped on leaving."""
        return self._pages.router.lifespan_context(self._pages)

    @contextlib.asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._database.close)
            service = await stack.enter_async_context(self._tax_service())
            desk = self._desk(self._database, service)
            if self._settings.is_sandbox:
                account = await prepare_demo(desk, self._settings.forward_to)
                app.state.webhook_secret = account.webhook_secret
                app.router.routes.extend(ShopPages(desk, DEMO, account.webhook_secret).routes())
            await stack.enter_async_context(self._test_clocks(desk))
            if self._settings.background:
                await stack.enter_async_context(self._errands(desk))
            self._database.listen(desk.changes.wake)
            await stack.enter_async_context(desk.changes.running())
            journal = Journal(desk.database, desk.clock)
            await stack.enter_async_context(journal.running())
            witnesses = [*self._witnesses(desk), journal.note]
            self._api = Api(desk, self._api_routes(), witnesses)
            sockets = ListenerSockets(desk)
            self._database.listen(sockets.wake)
            app.router.routes.extend(sockets.routes())
            app.router.routes.extend(self._routes(desk))
            yield
            self._api = None

    @contextlib.asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Run without doors: only what nobody asks for."""
        async with contextlib.AsyncExitStack() as stack:
            stack.push_async_callback(self._database.close)
            desk = self._desk(self._database)
            await stack.enter_async_context(self._test_clocks(desk))
            await stack.enter_async_context(self._errands(desk))
            yield

    @contextlib.asynccontextmanager
    async def _test_clocks(self, desk: Desk) -> AsyncIterator[None]:
        """In the sandbox: know the clocks that tests have moved, in whichever process."""
        async with contextlib.AsyncExitStack() as stack:
            if self._settings.is_sandbox and self._database.shared:
                await stack.enter_async_context(followed(self._database, desk.server))
            if self._settings.is_sandbox:
                await load(self._database, desk.server)
            yield

    @contextlib.asynccontextmanager
    async def _errands(self, desk: Desk) -> AsyncIterator[None]:
        """Everything that runs beside the requests."""
        database = self._database
        async with open_client() as client:
            worker = self._delivery_worker(client)
            worker.repeat(lambda account: desk.server.disorders.of(account).copies)
            database.listen(worker.notify)
            await background.settle_after_start(desk, alone=not database.shared)
            async with _running(desk, worker):
                yield

    def _delivery_worker(self, client: httpx.AsyncClient) -> DeliveryWorker:
        sandbox, networks = self._settings.is_sandbox, self._settings.webhook_networks
        return DeliveryWorker(
            self._database,
            client,
            clock=self._clock,
            schedule=SANDBOX if sandbox else LIVE,
            limits=Limits(per_endpoint_max=self._settings.webhook_concurrency),
            public_only=None if sandbox else PublicOnly(allowed=networks),
        )

    def _tax_service(self) -> contextlib.AbstractAsyncContextManager[TaxService | None]:
        """The merchant's own, if the settings name one."""
        settings = self._settings
        if settings.tax_service_url is None:
            return contextlib.nullcontext()
        token = settings.tax_service_token
        return open_tax_service(
            settings.tax_service_url,
            None if token is None else token.get_secret_value(),
            settings.tax_service_timeout_seconds,
        )

    def _desk(self, database: Database, tax_service: TaxService | None = None) -> Desk:
        # It keys fingerprints of published test numbers, so there is nothing to hide.
        secret = hashlib.sha256(b"paydesk sandbox cards").digest()
        processor = self._wrap(SandboxProcessor(SandboxLedger(database), secret))
        return Desk(
            database=database,
            cashier=Cashier(database, processor),
            collector=Collector(database, processor),
            refunder=Refunder(database, processor),
            server=Server(
                base_url=self._settings.public_url,
                tax=StandardRates() if tax_service is None else Answers({}),
                tax_service=tax_service,
                ids=IdSource(self._clock),
                merchant=self._settings.merchant,
                strict=self._settings.strict,
                sandbox=self._settings.is_sandbox,
            ),
            clock=self._clock,
            card_secret=secret,
            meter=Meter(),
            changes=Changes(database, self._clock),
            event_retention_seconds=_seconds(self._settings.event_days),
        )

    def _api_routes(self) -> tuple[Route, ...]:
        return ROUTES + SANDBOX_ROUTES if self._settings.is_sandbox else ROUTES

    def _witnesses(self, desk: Desk) -> list[Witness]:
        """Who is told of every answered request."""

        def count(answered: Answered) -> None:
            desk.meter.request(answered.route, answered.status, answered.seconds)

        log = request_log(self._settings.log_format, self._settings.log_level)
        return [count] if log is None else [count, log]

    def _routes(self, desk: Desk) -> list[BaseRoute]:
        merchant = self._settings.merchant
        framing = Framing(self._settings.frame_origins, loopback=self._settings.is_sandbox)
        return [
            *Operations(desk, self._database).routes(),
            Mount("/assets", Assets()),
            *HostedPages(desk, merchant, framing).routes(),
            *AddressForms().routes(),
            *BankPages(desk, merchant, framing).routes(),
            *ElementPages(desk, merchant, framing).routes(),
            *BrowserScript(self._settings.public_url).routes(),
            *InspectorPages(desk, self._inspector_door).routes(),
        ]


def _inspector_door(settings: Settings, clock: Clock) -> Door:
    """Who may see the inspector. Raises ValueError for a password that is easily guessed."""
    password = settings.inspector_password
    return Door(
        password=None if password is None else checked_password(password.get_secret_value()),
        sandbox=settings.is_sandbox,
        public_url=settings.public_url,
        clock=clock,
    )


def _seconds(days: int | None) -> int | None:
    return None if days is None else days * 24 * 3600


@contextlib.asynccontextmanager
async def _running(desk: Desk, worker: DeliveryWorker) -> AsyncIterator[None]:
    """A worker and the errands, stopped in good order."""
    delivering = asyncio.create_task(worker.run())
    errands = [
        asyncio.create_task(background.repeat(desk, errand)) for errand in background.ERRANDS
    ]
    try:
        yield
    finally:
        for errand in errands:
            errand.cancel()
        await asyncio.gather(*errands, return_exceptions=True)
        await worker.stop()
        await delivering
