"""What the pages share: headers that keep strangers out, and forms read within limits."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from paydesk.core.errors import InvalidRequest, NotFound
from paydesk.core.ids import page_key
from paydesk.pages.countries import choose_country
from paydesk.pages.view import Buyer, Seller
from paydesk.render.locales import choose_locale
from paydesk.services.context import Call
from paydesk.services.desk import Desk
from paydesk.storage import sessions as stored_sessions
from paydesk.storage.database import Transaction

FORM_BYTES_MAX = 64 * 1024
FIELDS_MAX = 50

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: https: http:; "
    "connect-src 'self'; form-action {forms}; frame-src 'self'; base-uri 'none'; "
    "frame-ancestors {ancestors}; require-trusted-types-for 'script'; trusted-types 'none'"
)

FRAMED_BY_US = "'self'"
FRAMED_BY_NOBODY = "'none'"


def page(html: str, status: int = 200, *, ancestors: str = FRAMED_BY_NOBODY) -> Response:
    """An HTML answer that no other site can frame, and that runs no script but ours."""
    # A form's answer may redirect to the merchant's site, which `form-action` covers as well.
    policy = _POLICY.format(forms="'self' https: http:", ancestors=ancestors)
    headers = {
        "Content-Security-Policy": policy,
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }
    if ancestors == FRAMED_BY_NOBODY:
        headers["X-Frame-Options"] = "DENY"
    return HTMLResponse(html, status, headers)


def see_other(url: str) -> Response:
    """Send the browser on with a GET."""
    headers = {"Location": url, "Cache-Control": "no-store", "Referrer-Policy": "no-referrer"}
    return Response(status_code=303, headers=headers)


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form of ours. Raises InvalidRequest over the limits, or from another site.

    There is no cookie to ride on: the session's id in the address is the authority. Refusing other
    sites' forms as well costs nothing.
    """
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise InvalidRequest("This form belongs to another site.")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM_BYTES_MAX:
            raise InvalidRequest(f"The form is too large: at most {FORM_BYTES_MAX:,} bytes.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=FIELDS_MAX)
    except ValueError:
        raise InvalidRequest("The form could not be read.") from None
    return dict(pairs)


def buyer_of(request: Request, wanted_locale: str | None) -> Buyer:
    """Whose browser it is. A page around a frame may say in which language it speaks itself."""
    spoken = (request.query_params.get("locale"), request.headers.get("accept-language"))
    languages = ",".join(filter(None, spoken))
    locale = choose_locale(wanted_locale, languages)
    return Buyer(locale=locale, country=choose_country(locale, languages))


def seller_of(account: str, name: str) -> Seller:
    """Whose page it is."""
    return Seller(name=name, publishable_key=page_key(account))


def call_of(tx: Transaction, desk: Desk, session_id: str) -> Call:
    """An errand for the account that the session belongs to. Raises NotFound.

    On the buyer's page the session's id is itself the key.
    """
    # No database takes a NUL, and no id has one.
    account = None if "\0" in session_id else stored_sessions.account_of(tx, session_id)
    if account is None:
        raise NotFound("checkout.session", session_id, param="session")
    return desk.call(account)
