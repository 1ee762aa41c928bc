"""Structured logs: one line per fact, never a secret, never a card."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

import orjson
import structlog

from paydesk.api.answered import Answered, Witness
from paydesk.core.redaction import redact

LIBRARIES = "paydesk"
"""The name of our handler at the root of Python's own logging."""


def _redact_event(
    logger: Any, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = redact(value)
    return event


def configure(format: str, level: str) -> None:
    """Send logs to standard error, as `console` lines or as `json`."""
    facts: list[Any] = [structlog.processors.add_log_level]
    written: list[Any] = [
        structlog.processors.format_exc_info,
        _redact_event,
        structlog.processors.TimeStamper(fmt="iso"),
        _renderer(format),
    ]
    structlog.configure(
        processors=[*facts, *written],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_in_libraries(facts, written)


def _renderer(format: str) -> Any:
    if format == "json":
        return structlog.processors.JSONRenderer(serializer=_as_json)
    if sys.stderr.isatty():
        return structlog.dev.ConsoleRenderer(sort_keys=False)
    return _as_plain_line


def _as_json(event: MutableMapping[str, Any], **_: Any) -> str:
    return orjson.dumps(event, default=str).decode()


def _as_plain_line(logger: Any, method: str, event: MutableMapping[str, Any]) -> str:
    """``2026-01-31T12:00:00.000000Z [info] request method=GET path=/v1/prices``, cheaply made."""
    time, level, said = event.pop("timestamp"), event.pop("level"), event.pop("event")
    trouble = event.pop("exception", None)
    facts = [f"{name}={_quoted(value)}" for name, value in event.items()]
    line = " ".join([f"{time} [{level}] {said}", *facts])
    return line if trouble is None else f"{line}\n{trouble}"


def _quoted(value: Any) -> Any:
    """Text that is not one word in quotes, so that a line can be taken apart again."""
    if isinstance(value, str) and (" " in value or not value.isprintable()):
        return repr(value)
    return value


def request_log(format: str, level: str) -> Witness | None:
    """Who writes a line for each request, or None when nobody would read it.

    There are more of these lines than of all others, so for files they are put together by hand.
    """
    if logging.getLevelNamesMapping()[level.upper()] > logging.INFO:
        return None
    if format == "json":
        return _write_json_line
    return _tell_a_person if sys.stderr.isatty() else _write_plain_line


def _write_json_line(answered: Answered) -> None:
    sys.stderr.write(_as_json({**_facts(answered), "level": "info", "timestamp": _now()}) + "\n")


def _write_plain_line(answered: Answered) -> None:
    facts = {**_facts(answered), "level": "info", "timestamp": _now()}
    sys.stderr.write(_as_plain_line(None, "info", facts) + "\n")


def _tell_a_person(answered: Answered) -> None:
    facts = _facts(answered)
    structlog.get_logger("paydesk.api").info(facts.pop("event"), **facts)


def _facts(answered: Answered) -> dict[str, Any]:
    facts = {
        "event": "request",
        "method": answered.method,
        "path": redact(answered.path),
        "status": answered.status,
        "ms": round(answered.seconds * 1_000, 1),
        "request": answered.id,
    }
    if answered.ignored:
        facts["ignored"] = answered.ignored
    return facts


def _now() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def _take_in_libraries(facts: list[Any], written: list[Any]) -> None:
    """Have what libraries say, a traceback of the HTTP server's for instance, written likewise."""
    handler = logging.StreamHandler(sys.stderr)
    handler.set_name(LIBRARIES)
    without_meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=facts, processors=[without_meta, *written]
        )
    )
    root = logging.getLogger()
    for known in [known for known in root.handlers if known.get_name() == LIBRARIES]:
        root.removeHandler(known)
    root.addHandler(handler)
