"""Serves the Django view on standard input: python run_django.py <base URL of the server>

It prints the port that the system chose, and then what it is to fulfil, as JSON.
"""

# Django comes without types.
# mypy: disable-error-code="import-untyped"

from __future__ import annotations

import json
import sys
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import stripe
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import path
from django.views.decorators.csrf import csrf_exempt


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not worth a line."""


def tell(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def fulfill_order(session: Any, line_items: Any) -> None:
    order = {"session": json.loads(str(session)), "line_items": json.loads(str(line_items))}
    tell(json.dumps(order))


stripe.api_base = sys.argv[1]
snippet: dict[str, Any] = {"__name__": "handle_django", "csrf_exempt": csrf_exempt}
exec(compile(sys.stdin.read(), "handle_django.py", "exec"), snippet)
snippet["fulfill_order"] = fulfill_order

urlpatterns = [path("webhook", snippet["my_webhook_view"])]
settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"],
    ROOT_URLCONF="__main__",
    SECRET_KEY="not a secret",
)

server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
tell(str(server.server_port))
server.serve_forever()
