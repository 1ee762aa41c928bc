"""Every English text of the pages, found where it is written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from paydesk.pages import address_view, element_view, message_view, script_data, tax_view, view

PAGES = Path(view.__file__).parent
_IN_TEMPLATE = re.compile(r"""\bt\(\s*(["'])(.*?)\1""", re.S)


def texts() -> set[str]:
    """What a translation has to translate."""
    written = {*_in_templates(), *_in_code(), view.ONLY_ITEM, *view.SUBMIT_LABELS.values()}
    written |= {*script_data.MESSAGES.values(), *script_data.REFUSALS}
    written |= {*element_view.TITLES.values(), *address_view.FIELD_TEXTS, *tax_view.TAX_NAMES}
    return written.union(*message_view.ERROR_TEXTS.values())


def _in_templates() -> Iterator[str]:
    for path in (PAGES / "templates").glob("*.html"):
        yield from (found[2] for found in _IN_TEMPLATE.finditer(path.read_text()))


def _in_code() -> Iterator[str]:
    """The texts in calls of `words("...")`."""
    for path in (PAGES / "view.py", *PAGES.glob("*_view.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "words":
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    yield first.value
