"""The wire format of requests: form fields whose names carry brackets.

    line_items[0][price_data][currency]=usd & expand[]=line_items & metadata[order]=7

`decode` turns that into a tree whose leaves are all text. It does not know which names are
lists: ``line_items[0]`` and ``metadata[0]`` look alike, so numbered names stay dictionaries and
the parameter types decide (`params/grammar.py`). Only ``name[]`` is surely a list.

The caps hold before any work is done, so a hostile body costs no more than a large honest one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NoReturn
from urllib.parse import unquote_to_bytes

from paydesk.core.errors import InvalidRequest

BODY_BYTES_MAX = 1024 * 1024
PAIRS_MAX = 1_000
DEPTH_MAX = 8
KEY_BYTES_MAX = 1024

_CACHED_KEYS_MAX = 4_096
_CACHED_KEY_BYTES_MAX = 128
"""Longer names are rare, and would let strangers fill the cache with megabytes."""

_APPEND = ""
"""The segment that ``name[]`` leaves: the next place of a list."""

_KEY = re.compile(r"[^\[\]]+(?:\[[^\[\]]*\])*")

Tree = dict[str, Any]


def decode(body: bytes | str) -> Tree:
    """The tree of a form body or of a query string.

    Raises InvalidRequest for a body over the caps, for text that is not UTF-8 or holds a NUL, and
    for a name used in two shapes or twice.
    """
    root: Tree = {}
    for pair in _pairs(_text(body)):
        key, _, value = pair.partition("=")
        path = _path(key)
        text = _unquote(value) if "%" in value or "+" in value else value
        if len(path) == 1 and path[0] not in root:
            root[path[0]] = text
        else:
            _insert(root, path, text)
    return root


def _text(body: bytes | str) -> str:
    if len(body) > BODY_BYTES_MAX:
        _refuse(f"The request body is too large: at most {BODY_BYTES_MAX:,} bytes are read.")
    try:
        text = body.decode() if isinstance(body, bytes) else body.encode().decode()
    except UnicodeError:
        _refuse_encoding()
    # "%00" can't be part of another escape, since a literal percent sign is "%25".
    if "\0" in text or "%00" in text:
        _refuse("The request contains a NUL character, which no parameter may hold.")
    return text


def _pairs(text: str) -> list[str]:
    if text.count("&") >= PAIRS_MAX:
        _refuse(f"The request has too many parameters: at most {PAIRS_MAX:,} are read.")
    return [pair for pair in text.split("&") if pair]


def _path(key: str) -> tuple[str, ...]:
    if len(key) <= _CACHED_KEY_BYTES_MAX:
        return _split_cached(key)
    if len(key) > KEY_BYTES_MAX:
        _refuse(f"A parameter's name is too long: at most {KEY_BYTES_MAX:,} bytes are read.")
    return _split(key)


def _split(key: str) -> tuple[str, ...]:
    """``a[b][]`` as ``("a", "b", "")``; the raw key may be percent-encoded."""
    name = _unquote(key)
    if not _KEY.fullmatch(name):
        _refuse(f"Invalid parameter name: {_shown(name)}")
    path = tuple(name.replace("]", "").split("["))
    if len(path) > DEPTH_MAX:
        _refuse(f"A parameter is nested too deep: at most {DEPTH_MAX} levels are read.")
    return path


_split_cached: Callable[[str], tuple[str, ...]] = lru_cache(_CACHED_KEYS_MAX)(_split)


def _unquote(text: str) -> str:
    try:
        return unquote_to_bytes(text.replace("+", " ")).decode()
    except UnicodeDecodeError:
        _refuse_encoding()


def _insert(root: Tree, path: tuple[str, ...], text: str) -> None:
    """Put `text` at `path`, making the dictionaries and lists on the way."""
    node: Any = root
    for depth in range(len(path) - 1):
        node = _step(node, path, depth)
    leaf = path[-1]
    if leaf == _APPEND:
        node.append(text)
    elif leaf in node:
        _refuse_twice(path)
    else:
        node[leaf] = text


def _step(node: Any, path: tuple[str, ...], depth: int) -> Any:
    """The node below `node`, created if need be, of the shape that the rest of `path` needs."""
    segment, following = path[depth], path[depth + 1]
    shape: type = list if following == _APPEND else dict
    if segment == _APPEND:
        return _element(node, path, depth, shape)
    if segment not in node:
        node[segment] = shape()
    child = node[segment]
    if type(child) is not shape:
        _refuse_twice(path[: depth + 1])
    return child


def _element(items: list[Any], path: tuple[str, ...], depth: int, shape: type) -> Any:
    """The element that ``name[][field]`` speaks of: the last one, or a new one if it is full.

    The convention of every bracket form: a field that the last element already has begins the next.
    """
    if not items or type(items[-1]) is not shape or _holds(items[-1], path[depth + 1 :]):
        items.append(shape())
    return items[-1]


def _holds(node: Any, path: tuple[str, ...]) -> bool:
    for segment in path:
        if segment == _APPEND or not isinstance(node, dict):
            return False
        if segment not in node:
            return False
        node = node[segment]
    return True


def bracketed(path: tuple[str | int, ...]) -> str:
    """A path in the sender's words: ``("line_items", 0, "price")`` as ``line_items[0][price]``."""
    if not path:
        return ""
    return str(path[0]) + "".join(f"[{segment}]" for segment in path[1:])


def _shown(name: str) -> str:
    return name if len(name) <= 40 else f"{name[:37]}..."


def _refuse_twice(path: tuple[str, ...]) -> NoReturn:
    name = bracketed(path)
    raise InvalidRequest(
        f"The parameter `{_shown(name)}` was given more than once, or in two shapes.", param=name
    )


def _refuse_encoding() -> NoReturn:
    raise InvalidRequest("The request is not valid UTF-8.")


def _refuse(message: str) -> NoReturn:
    raise InvalidRequest(message)
