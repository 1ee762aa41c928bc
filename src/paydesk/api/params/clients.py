"""What browsers and mobile SDKs send along about themselves. Nothing depends on it.

Source: the requests that Stripe's mobile SDKs and its page send; the names are theirs.
"""

from __future__ import annotations

from pydantic import Field

from paydesk.api.params.grammar import Noted, Params


class ClientNotes(Params):
    """Notes that come with any request of a client."""

    key: Noted = None
    eid: Noted = None
    guid: Noted = None
    muid: Noted = None
    sid: Noted = None
    stripe_account: Noted = Field(default=None, alias="_stripe_account")
    stripe_version: Noted = Field(default=None, alias="_stripe_version")
    browser_locale: Noted = None
    browser_timezone: Noted = None
    client_attribution_metadata: Noted = None
    elements_options_client: Noted = None
    elements_session_client: Noted = None
    pasted_fields: Noted = None
    payment_user_agent: Noted = None
    radar_options: Noted = None
    redirect_type: Noted = None
    referrer: Noted = None
    time_on_page: Noted = None
