"""The whole URL map of the API."""

from __future__ import annotations

from paydesk.api import (
    customers,
    events,
    listeners,
    payment_intents,
    payment_methods,
    payment_pages,
    payments,
    products,
    refunds,
    sessions,
    tax_ids,
    tax_rates,
    tax_settings,
    test_helpers,
    webhook_endpoints,
)
from paydesk.api.params import customers as customer_params
from paydesk.api.params import events as event_params
from paydesk.api.params import listeners as listener_params
from paydesk.api.params import payment_intents as payment_params
from paydesk.api.params import payment_methods as method_params
from paydesk.api.params import payment_pages as page_params
from paydesk.api.params import prices as price_params
from paydesk.api.params import products as product_params
from paydesk.api.params import refunds as refund_params
from paydesk.api.params import sessions as session_params
from paydesk.api.params import tax_rates as tax_rate_params
from paydesk.api.params import tax_settings as tax_params
from paydesk.api.params import test_helpers as helper_params
from paydesk.api.params import webhook_endpoints as endpoint_params
from paydesk.api.params.lists import Paging, Retrieve
from paydesk.api.routing import Errand, Route, Story

SESSIONS = "/v1/checkout/sessions"
CLOCK = "/v1/test_helpers/clock"
TESTED = "/v1/test_helpers/checkout/sessions/{session}"
PAGES = "/v1/payment_pages/{session}"
HOOKS = "/v1/webhook_endpoints"
INTENTS = "/v1/payment_intents"
METHOD = "/v1/payment_methods/{payment_method}"
CUSTOMER = "/v1/customers/{customer}"
TAX_RATES = "/v1/tax_rates"
REGISTRATIONS = "/v1/tax/registrations"


def _get(path: str, params: type, story: Story, *, client: bool = False) -> Route:
    return Route(method="GET", path=path, params=params, story=story, client=client)


def _post(path: str, params: type, story: Story, *, client: bool = False) -> Route:
    return Route(method="POST", path=path, params=params, story=story, client=client)


def _delete(path: str, story: Story) -> Route:
    return Route(method="DELETE", path=path, params=Retrieve, story=story)


def _errand(path: str, params: type, errand: Errand, *, client: bool = False) -> Route:
    return Route(method="POST", path=path, params=params, errand=errand, client=client)


ROUTES = (
    Route(
        method="POST",
        path=SESSIONS,
        params=session_params.CreateSession,
        read=sessions.read_create,
        story=sessions.create,
    ),
    _get(SESSIONS, session_params.ListSessions, sessions.list_all),
    _get(SESSIONS + "/{session}", session_params.RetrieveSession, sessions.retrieve),
    _post(SESSIONS + "/{session}", session_params.UpdateSession, sessions.update),
    _post(SESSIONS + "/{session}/expire", session_params.ExpireSession, sessions.expire),
    _get(SESSIONS + "/{session}/line_items", session_params.ListLineItems, sessions.list_lines),
    # What the buyer's side speaks.
    _get(PAGES, page_params.RetrievePaymentPage, payment_pages.retrieve, client=True),
    _post(PAGES, page_params.UpdatePaymentPage, payment_pages.update, client=True),
    _post(PAGES + "/init", page_params.InitPaymentPage, payment_pages.retrieve, client=True),
    _errand(PAGES + "/confirm", page_params.ConfirmPaymentPage, payment_pages.confirm, client=True),
    _post("/v1/products", product_params.CreateProduct, products.create_product),
    _get("/v1/products", product_params.ListProducts, products.list_products),
    _get("/v1/products/{id}", Retrieve, products.retrieve_product),
    _post("/v1/products/{id}", product_params.UpdateProduct, products.update_product),
    _post("/v1/prices", price_params.CreatePrice, products.create_price),
    _get("/v1/prices", price_params.ListPrices, products.list_prices),
    _get("/v1/prices/{price}", Retrieve, products.retrieve_price),
    _post("/v1/prices/{price}", price_params.UpdatePrice, products.update_price),
    _post("/v1/customers", customer_params.CreateCustomer, customers.create),
    _get("/v1/customers", customer_params.ListCustomers, customers.list_all),
    _get(CUSTOMER, Retrieve, customers.retrieve),
    _post(CUSTOMER, customer_params.UpdateCustomer, customers.update),
    _delete(CUSTOMER, customers.delete),
    _post(CUSTOMER + "/tax_ids", customer_params.CreateCustomerTaxId, tax_ids.create_for_customer),
    _get(CUSTOMER + "/tax_ids", Paging, tax_ids.list_of_customer),
    _get(CUSTOMER + "/tax_ids/{id}", Retrieve, tax_ids.retrieve_of_customer),
    _delete(CUSTOMER + "/tax_ids/{id}", tax_ids.delete_of_customer),
    _post("/v1/tax_ids", customer_params.CreateTaxId, tax_ids.create),
    _get("/v1/tax_ids", customer_params.ListTaxIds, tax_ids.list_all),
    _get("/v1/tax_ids/{id}", Retrieve, tax_ids.retrieve),
    _delete("/v1/tax_ids/{id}", tax_ids.delete),
    _errand("/v1/payment_methods", method_params.CreatePaymentMethod, payment_methods.create),
    _get("/v1/payment_methods", method_params.ListPaymentMethods, payment_methods.list_all),
    _get(METHOD, Retrieve, payment_methods.retrieve),
    _post(METHOD, method_params.UpdatePaymentMethod, payment_methods.update),
    _errand(METHOD + "/attach", method_params.AttachPaymentMethod, payment_methods.attach),
    _post(METHOD + "/detach", Retrieve, payment_methods.detach),
    _get(CUSTOMER + "/payment_methods", method_params.ListOfCustomer,
         payment_methods.list_of_customer),
    _get(CUSTOMER + "/payment_methods/{payment_method}", Retrieve,
         payment_methods.retrieve_of_customer),
    _errand(INTENTS, payment_params.CreateIntent, payment_intents.create),
    _errand(INTENTS + "/{intent}/confirm", payment_params.ConfirmIntent, payment_intents.confirm),
    _post(INTENTS + "/{intent}/cancel", payment_params.CancelIntent, payment_intents.cancel),
    _get("/v1/payment_intents", payment_params.ListPaymentIntents, payments.list_intents),
    _get("/v1/payment_intents/{intent}", Retrieve, payments.retrieve_intent),
    _get("/v1/charges", payment_params.ListCharges, payments.list_charges),
    _get("/v1/charges/{charge}", Retrieve, payments.retrieve_charge),
    _get("/v1/charges/{charge}/refunds", Paging, refunds.list_of_charge),
    _get("/v1/mandates/{mandate}", Retrieve, payments.retrieve_mandate),
    _errand("/v1/refunds", refund_params.CreateRefund, refunds.create),
    _get("/v1/refunds", refund_params.ListRefunds, refunds.list_all),
    _get("/v1/refunds/{refund}", Retrieve, refunds.retrieve),
    _post("/v1/refunds/{refund}", refund_params.UpdateRefund, refunds.update),
    _post("/v1/refunds/{refund}/cancel", Retrieve, refunds.cancel),
    _get("/v1/tax/settings", tax_params.RetrieveTaxSettings, tax_settings.retrieve),
    _post("/v1/tax/settings", tax_params.UpdateTaxSettings, tax_settings.update),
    _post(REGISTRATIONS, tax_params.CreateRegistration, tax_settings.register),
    _get(REGISTRATIONS, tax_params.ListRegistrations, tax_settings.list_registrations),
    _get(REGISTRATIONS + "/{id}", Retrieve, tax_settings.retrieve_registration),
    _post(REGISTRATIONS + "/{id}", tax_params.UpdateRegistration,
          tax_settings.update_registration),
    _get("/v1/tax_codes", Paging, tax_settings.list_codes),
    _get("/v1/tax_codes/{id}", Retrieve, tax_settings.retrieve_code),
    _post(TAX_RATES, tax_rate_params.CreateTaxRate, tax_rates.create),
    _get(TAX_RATES, tax_rate_params.ListTaxRates, tax_rates.list_all),
    _get(TAX_RATES + "/{tax_rate}", Retrieve, tax_rates.retrieve),
    _post(TAX_RATES + "/{tax_rate}", tax_rate_params.UpdateTaxRate, tax_rates.update),
    _get("/v1/events", event_params.ListEvents, events.list_all),
    _get("/v1/events/{id}", Retrieve, events.retrieve),
    _post("/v1/events/{id}/retry", event_params.RetryEvent, events.retry),
    _post("/v1/stripecli/sessions", listener_params.CreateListener, listeners.create),
    _post(HOOKS, endpoint_params.CreateWebhookEndpoint, webhook_endpoints.create),
    _get(HOOKS, endpoint_params.ListWebhookEndpoints, webhook_endpoints.list_all),
    _get(HOOKS + "/{webhook_endpoint}", Retrieve, webhook_endpoints.retrieve),
    _post(HOOKS + "/{webhook_endpoint}", endpoint_params.UpdateWebhookEndpoint,
          webhook_endpoints.update),
    _post(HOOKS + "/{webhook_endpoint}/rotate_secret", endpoint_params.RotateSecret,
          webhook_endpoints.rotate_secret),
    _delete(HOOKS + "/{webhook_endpoint}", webhook_endpoints.delete),
)  # fmt: skip

SANDBOX_ROUTES = (
    _errand(TESTED + "/pay", helper_params.PayForBuyer, test_helpers.pay),
    _post(TESTED + "/expire", helper_params.ExpireByTime, test_helpers.expire),
    _errand(
        "/v1/test_helpers/webhooks", helper_params.DisturbWebhooks, test_helpers.disturb_webhooks
    ),
    _get(CLOCK, Retrieve, test_helpers.retrieve_clock),
    _errand(CLOCK + "/advance", helper_params.AdvanceClock, test_helpers.advance_clock),
)
"""Ours, and nobody's outside the sandbox."""
