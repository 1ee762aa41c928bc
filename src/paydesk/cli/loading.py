"""Loading much at once."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Import within. What modules make stays for good: to look for garbage there only delays."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
