"""A throw-away Django shop that takes payments by django-payments' Checkout provider.

    python run_shop.py <base URL of Paydesk> <secret key> <webhook secret>

It prints the port that the system chose. All that a shop's own code would do with a payment has an
address of its own; what django-payments does is under `/payments/`.
"""

# Django comes without types, and django-payments is not among the product's packages.
# mypy: disable-error-code="import-untyped, misc"

from __future__ import annotations

import sys
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import stripe
from django.apps import AppConfig
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection, models
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

BASE_URL, KEY, SECRET = sys.argv[1:4]
stripe.api_base = BASE_URL


class Shop(AppConfig):
    """This file, as Django wants to have it."""

    name = "__main__"
    label = "shop"
    path = str(Path(__file__).parent)


settings.configure(
    ALLOWED_HOSTS=["127.0.0.1"],
    DEBUG_PROPAGATE_EXCEPTIONS=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    INSTALLED_APPS=["payments", "__main__.Shop"],
    PAYMENT_HOST="shop.example",
    PAYMENT_MODEL="shop.Payment",
    PAYMENT_VARIANTS={
        "stripe": (
            "payments.stripe.StripeProviderV3",
            {"api_key": KEY, "endpoint_secret": SECRET},
        )
    },
    ROOT_URLCONF="__main__",
    SECRET_KEY="not a secret",
)
django.setup()


# Its modules can be imported only now.
RedirectNeeded: Any = import_module("payments").RedirectNeeded
provider_factory: Any = import_module("payments.core").provider_factory
BasePayment: Any = import_module("payments.models").BasePayment


class Payment(BasePayment):
    """As django-payments' documentation has it."""

    id = models.BigAutoField(primary_key=True)

    class Meta:
        app_label = "shop"

    def get_failure_url(self) -> str:
        return "https://shop.example/failed"

    def get_success_url(self) -> str:
        return "https://shop.example/thanks"


def told(payment: Any) -> JsonResponse:
    return JsonResponse({
        "token": payment.token,
        "session": payment.transaction_id,
        "status": payment.status,
        "captured": str(payment.captured_amount),
    })  # fmt: skip


def buy(request: HttpRequest) -> JsonResponse:
    payment = Payment.objects.create(
        variant="stripe", currency="USD", total=Decimal("20.00"), billing_email="b@shop.example"
    )
    try:
        payment.get_form()
    except RedirectNeeded as redirect:
        return JsonResponse({"token": payment.token, "url": str(redirect)})
    raise AssertionError("the buyer is sent to the checkout")


def look(request: HttpRequest, token: str) -> JsonResponse:
    return told(Payment.objects.get(token=token))


def ask(request: HttpRequest, token: str) -> JsonResponse:
    """Look at the provider's side, as a shop without webhooks does."""
    payment = Payment.objects.get(token=token)
    provider_factory("stripe", payment).status(payment)
    return told(Payment.objects.get(token=token))


def cancel(request: HttpRequest, token: str) -> JsonResponse:
    payment = Payment.objects.get(token=token)
    payment.cancel()
    return told(payment)


def refund(request: HttpRequest, token: str, amount: str) -> JsonResponse:
    payment = Payment.objects.get(token=token)
    payment.refund(Decimal(amount))
    return told(payment)


urlpatterns = [
    path("buy", buy),
    path("look/<token>", look),
    path("ask/<token>", ask),
    path("cancel/<token>", cancel),
    path("refund/<token>/<amount>", refund),
    path("payments/", include("payments.urls")),
]


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Requests are not worth a line."""


with connection.schema_editor() as editor:
    editor.create_model(Payment)
server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
sys.stdout.write(f"{server.server_port}\n")
sys.stdout.flush()
server.serve_forever()
