"""Structured logs: one line per fact, never a secret, never a card."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRETS = re.compile(
    r"\b((?:sk|rk|pk)_(?:test|live)_|whsec_|cs_(?:test|live)_|pi_\w+_secret_)[0-9A-Za-z_%]{4,}"
)
_BETWEEN_DIGITS = r"(?:[ +-]|%20|%2[BbDd])?"
"""What people and browsers write between the groups of a card number, in an address too."""

_LONG_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])(?:[0-9]{_BETWEEN_DIGITS}){{12,18}}[0-9](?![0-9A-Za-z])"
)


def redact(text: str) -> str:
    """The text without keys, secrets, session ids (they open a page) and card-like numbers."""
    return _LONG_NUMBER.sub("[number]", _SECRETS.sub(r"\1…", text))


def _redact_event(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = redact(value)
    return event


def configure(format: str, level: str) -> None:
    """Send logs to standard error, as `console` lines or as `json`."""
    rendering: list[Any] = (
        [structlog.processors.JSONRenderer()]
        if format == "json"
        else [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), sort_keys=False)]
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            _redact_event,
            *rendering,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
