"""How objects look on the wire: pure functions from core's dataclasses to JSON values.

Everything is rendered in today's words; `versions.py` turns an answer into older ones.
"""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
"""A JSON object."""
