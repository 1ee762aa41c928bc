"""Every Python file keeps the rules of the house, and every rule can tell a breach."""

from __future__ import annotations

import ast

import pytest

from tests.house.rules import RULES
from tests.house.sources import Source, python_sources

CORE_FILE = "src/paydesk/core/example.py"

BREACHES = [
    ("functions are short", "def long():\n" + "    x = 1\n" * 70),
    ("the core imports itself and the standard library", "import httpx"),
    ("the core imports itself and the standard library", "from paydesk.storage import sqlite"),
    ("the core imports itself and the standard library", "from . import money"),
    ("the core is pure", "import time"),
    ("the core is pure", "from os import environ"),
    ("the core is pure", "async def wait(): return 1"),
    ("the core is pure", "now = datetime.datetime.now(UTC)"),
    ("the core is pure", "text = open('file').read()"),
    ("errors are answered", "try:\n    x()\nexcept ValueError:\n    pass"),
    ("errors are answered", "try:\n    x()\nexcept ValueError:\n    ..."),
    ("errors are answered", "with contextlib.suppress(Exception):\n    x()"),
    ("sql is constant", 'x = f"SELECT id FROM sessions WHERE account = {account}"'),
    ("sql is constant", 'x = f"{SELECT} WHERE id = {id}"'),
    ("sql is constant", 'x = f"UPDATE {TABLE} SET {name} = 1"'),
    ("public modules say what they are", "x = 1"),
    ("nothing is left for later", "def pay():\n    raise NotImplementedError"),
]

ALLOWED = [
    ("functions are short", "def short():\n" + "    x = 1\n" * 69),
    ("the core imports itself and the standard library", "from paydesk.core.money import split"),
    ("the core imports itself and the standard library", "from dataclasses import dataclass"),
    ("the core is pure", "from datetime import datetime\nx = datetime.fromtimestamp(0, UTC)"),
    ("the core is pure", "session.reopen()"),
    ("errors are answered", "try:\n    x()\nexcept ValueError:\n    y = None"),
    ("errors are answered", "with contextlib.suppress(FileNotFoundError):\n    x()"),
    ("sql is constant", 'x = f"SELECT {COLUMNS} FROM {prices.TABLE} WHERE account = $1"'),
    ("sql is constant", 'x = f"selected {name}"'),
    ("public modules say what they are", '"""What it is."""\nx = 1'),
    ("nothing is left for later", "def pay():\n    raise ValueError('no amount')"),
]


@pytest.mark.parametrize("name", RULES)
def test_every_file_keeps_the_rule(name: str) -> None:
    breaches = [
        f"{source.path}:{line}: {what}"
        for source in python_sources()
        for line, what in RULES[name](source)
    ]
    assert not breaches, "\n".join([name, *breaches])


@pytest.mark.parametrize(("name", "code"), BREACHES)
def test_the_rule_tells_a_breach(name: str, code: str) -> None:
    assert list(RULES[name](Source(CORE_FILE, ast.parse(code))))


@pytest.mark.parametrize(("name", "code"), ALLOWED)
def test_the_rule_lets_good_code_pass(name: str, code: str) -> None:
    assert not list(RULES[name](Source(CORE_FILE, ast.parse(code))))


def test_every_rule_has_examples() -> None:
    for examples in (BREACHES, ALLOWED):
        assert {name for name, _ in examples} == set(RULES)
