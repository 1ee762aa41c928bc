"""Words that came and went with API versions, for `--strict`. Without it all are understood."""

from __future__ import annotations

from paydesk.api.params.problems import listed
from paydesk.core.errors import InvalidRequest
from paydesk.core.sessions import UI_MODES
from paydesk.render import Json
from paydesk.render.versions import DAHLIA, ENDIVE, NEW_SESSION, is_before

_OLD_UI_MODES = ("custom", "embedded", "hosted")
_NEW_UI_MODES = ("elements", "embedded_page", "hosted_page")


def check_words(tree: Json, request: str, version: str) -> None:
    """Refuse what a request of this `version` could not have meant. Raises InvalidRequest.

    `tree` is what was sent, `request` its method and its route's path.
    """
    if request != NEW_SESSION:
        return
    modes = _OLD_UI_MODES if is_before(version, DAHLIA) else _NEW_UI_MODES
    said = tree.get("ui_mode")
    if isinstance(said, str) and said in UI_MODES and said not in modes:
        raise InvalidRequest(f"Invalid ui_mode: must be one of {listed(modes)}", param="ui_mode")
    gone = "allowed_payment_method_types" if is_before(version, ENDIVE) else "payment_method_types"
    if gone in tree:
        raise InvalidRequest(
            f"Received unknown parameter: {gone}", code="parameter_unknown", param=gone
        )
