"""The browser script, at the addresses where pages and the published packages look for it.

One file serves every generation. The release train of the address and the address of this server
are put around it here: a page that is only intercepted could not tell the script where it is.
"""

from __future__ import annotations

import gzip
import re
from functools import lru_cache
from hashlib import sha256

import orjson
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from paydesk.pages.render import asset_file

SCRIPT = "stripe.js"
TRAINS_CACHED_MAX = 32
FRESH_SECONDS = 60
"""The addresses carry no version of the content, so a browser asks again after a minute."""

_TRAIN = re.compile(r"[a-z]{1,32}|v3")


class BrowserScript:
    """Serves the script; `base_url` is where buyers reach this server."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def routes(self) -> list[Route]:
        """The script's part of the URL map."""
        return [
            Route("/v3", self.show),
            Route("/v3/", self.show),
            Route("/stripe.js", self.show),
            Route("/{train}/stripe.js", self.show),
        ]

    async def show(self, request: Request) -> Response:
        """The script of one release train; the address without one serves all generations."""
        path = request.url.path
        train = None if path == "/stripe.js" else request.path_params.get("train", "v3")
        if train is not None and not _TRAIN.fullmatch(train):
            return PlainTextResponse("Not found", 404)
        plain, packed, tag = _script(self._base_url, train)
        headers = {
            "Cache-Control": f"public, max-age={FRESH_SECONDS}",
            "ETag": tag,
            "Vary": "Accept-Encoding",
            "X-Content-Type-Options": "nosniff",
            # The script holds no secret, and a page with `crossorigin` on its tag may want it.
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        body = plain
        if "gzip" in request.headers.get("accept-encoding", ""):
            body, headers["Content-Encoding"] = packed, "gzip"
        return Response(body, media_type="text/javascript", headers=headers)


@lru_cache(maxsize=TRAINS_CACHED_MAX)
def _script(base_url: str, train: str | None) -> tuple[bytes, bytes, str]:
    """The script as it goes out, the same packed, and its tag."""
    built = asset_file(SCRIPT)
    if built is None:
        raise RuntimeError("The browser script is not built: run `make setup`.")
    home = orjson.dumps({"base": base_url, "train": train})
    plain = b"(function(paydeskHome){" + built.read_bytes() + b"})(" + home + b");\n"
    return plain, gzip.compress(plain, mtime=0), f'"{sha256(plain).hexdigest()[:16]}"'
