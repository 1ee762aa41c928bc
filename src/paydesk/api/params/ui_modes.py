"""Which parameters go with which front door: hosted page, embedded page, or elements.

Source: the descriptions of the parameters in Stripe's specification, and Stripe's answer "The
following parameters are not supported with `ui_mode: custom`: cancel_url, success_url."
"""

from __future__ import annotations

from collections.abc import Collection

from paydesk.api.params.problems import problem
from paydesk.core.sessions import ELEMENTS, EMBEDDED, HOSTED, UI_MODES

_FORBIDDEN = {
    HOSTED: {"redirect_on_completion", "return_url"},
    EMBEDDED: {"cancel_url", "success_url"},
    ELEMENTS: {
        "after_expiration",
        "branding_settings",
        "cancel_url",
        "custom_fields",
        "custom_text",
        "optional_items",
        "origin_context",
        "redirect_on_completion",
        "submit_type",
        "success_url",
    },
}


def check_ui_mode(
    ui_mode: str | None, redirect_on_completion: str | None, names: Collection[str]
) -> None:
    """Raise a problem when top-level `names` don't fit the way the buyer comes in.

    `ui_mode` is in the sender's vocabulary, None for the default.
    """
    word = ui_mode or "hosted"
    mode = UI_MODES[word]
    refuse_foreign(word, names)
    if mode == HOSTED and "success_url" not in names:
        raise problem("missing", at=("success_url",))
    if mode == EMBEDDED:
        _check_return(redirect_on_completion, names)


def refuse_foreign(ui_mode: str, names: Collection[str]) -> None:
    """Raise a problem when some of `names` are for another front door."""
    foreign = sorted(_FORBIDDEN[UI_MODES[ui_mode]].intersection(names))
    if foreign:
        raise problem("foreign", ui_mode=ui_mode, choices=", ".join(foreign), at=(foreign[0],))


def _check_return(redirect_on_completion: str | None, names: Collection[str]) -> None:
    stays = redirect_on_completion == "never"
    if not stays and "return_url" not in names:
        raise problem("missing", at=("return_url",))
    if stays and "return_url" in names:
        raise problem("return_never", at=("return_url",))
