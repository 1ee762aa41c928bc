"""Words that came and went with API versions, for `--strict`. Without it all are understood."""

from __future__ import annotations

from paydesk.api.params.problems import listed
from paydesk.api.params.sessions import CreateSession
from paydesk.core.errors import InvalidRequest
from paydesk.render.versions import DAHLIA, ENDIVE, is_before

_OLD_UI_MODES = ("custom", "embedded", "hosted")
_NEW_UI_MODES = ("elements", "embedded_page", "hosted_page")


def check_words(wanted: CreateSession, version: str) -> None:
    """Refuse what a request of this `version` could not have meant. Raises InvalidRequest."""
    modes = _OLD_UI_MODES if is_before(version, DAHLIA) else _NEW_UI_MODES
    if wanted.ui_mode is not None and wanted.ui_mode not in modes:
        raise InvalidRequest(f"Invalid ui_mode: must be one of {listed(modes)}", param="ui_mode")
    gone = "allowed_payment_method_types" if is_before(version, ENDIVE) else "payment_method_types"
    if getattr(wanted, gone) is not None:
        raise InvalidRequest(
            f"Received unknown parameter: {gone}", code="parameter_unknown", param=gone
        )
