"""Scripts, styles and pictures: exactly the files that ship, read once at start.

A dictionary of names, no path is ever joined, so nothing else of the disk can be reached.
"""

from __future__ import annotations

import mimetypes

from starlette.responses import PlainTextResponse, Response
from starlette.types import Receive, Scope, Send

from paydesk.pages.render import ASSET_FOLDERS

FOREVER_SECONDS = 365 * 24 * 3600


class Assets:
    """Serves `/assets/…`. The addresses carry a version, so browsers may keep what they got."""

    def __init__(self) -> None:
        self._files = {
            f"/{path.relative_to(folder).as_posix()}": _response(path.name, path.read_bytes())
            for folder in ASSET_FOLDERS
            for path in sorted(folder.rglob("*"))
            if path.is_file() and not path.name.startswith(".")
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        found = self._files.get(path) if scope["method"] in ("GET", "HEAD") else None
        await (found or PlainTextResponse("Not found", 404))(scope, receive, send)


def _response(name: str, content: bytes) -> Response:
    return Response(
        content,
        media_type=mimetypes.guess_type(name)[0] or "application/octet-stream",
        headers={
            "Cache-Control": f"public, max-age={FOREVER_SECONDS}, immutable",
            "X-Content-Type-Options": "nosniff",
        },
    )
