"""What operators ask: is it alive, is it ready, what does it count."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from paydesk.services.desk import Desk
from paydesk.storage import deliveries, webhook_endpoints
from paydesk.storage.database import Engine, Transaction


class Operations:
    """`/livez`, `/healthz`, `/metrics`."""

    def __init__(self, desk: Desk, engine: Engine) -> None:
        self._desk = desk
        self._engine = engine

    def routes(self) -> list[Route]:
        """The operators' part of the URL map."""
        return [
            Route("/livez", self.alive),
            Route("/healthz", self.ready),
            Route("/metrics", self.metrics),
        ]

    async def alive(self, request: Request) -> Response:
        """200 while the process answers at all."""
        return JSONResponse({"status": "alive"})

    async def ready(self, request: Request) -> Response:
        """200 when requests can be served: the database answers. Else 503."""
        try:
            await self._desk.database.read(lambda tx: tx.one("SELECT 1"))
        except Exception:
            return JSONResponse({"status": "database unavailable"}, 503)
        return JSONResponse({"status": "ready"})

    async def metrics(self, request: Request) -> Response:
        """Figures in Prometheus' text format."""
        now_ms = self._desk.clock() // 1_000

        def story(tx: Transaction) -> tuple[int, float, dict[str, int]]:
            pending, oldest_ms = deliveries.waiting(tx)
            late_ms = 0 if oldest_ms is None else max(0, now_ms - oldest_ms)
            return pending, late_ms / 1_000, webhook_endpoints.count_disabled(tx)

        pending, lag_seconds, disabled = await self._engine.read(story)
        text = self._desk.meter.exposition(
            commits=self._engine.commits,
            stories=self._engine.stories,
            pending=pending,
            lag_seconds=lag_seconds,
            disabled=disabled,
        )
        return Response(text, media_type=CONTENT_TYPE_LATEST)
