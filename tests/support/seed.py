"""Chance that can be had again: a failed run says its seed."""

from __future__ import annotations

import os
import random
import secrets
import sys

VARIABLE = "PAYDESK_SEED"


def chance() -> random.Random:
    """A source of chance; pytest shows the seed with a failure, and takes it from PAYDESK_SEED."""
    seed = int(os.environ.get(VARIABLE) or secrets.randbits(32))
    sys.stdout.write(f"{VARIABLE}={seed}\n")
    return random.Random(seed)
