"""The rules that Python files keep, each a name and a check: a source in, its breaches out.

A breach is a line number and what is wrong there. A new rule is one function and one line in
`RULES`; `test_rules.py` wants an example of a breach beside it.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Callable, Iterator

from tests.house.sources import Source

Breach = tuple[int, str]
Check = Callable[[Source], Iterator[Breach]]

FUNCTION_LINES_MAX = 70

IMPURE_MODULES = {
    *("asyncio", "glob", "http", "io", "logging", "multiprocessing", "os", "pathlib", "random"),
    *(
        "secrets",
        "select",
        "shutil",
        "signal",
        "socket",
        "sqlite3",
        "ssl",
        "subprocess",
        "tempfile",
    ),
    *("threading", "time", "urllib"),
}
"""Modules of the standard library that reach for the world: a clock, a file, a socket, chance."""

IMPURE_CALLS = {"date.today", "datetime.now", "datetime.utcnow", "input", "open", "print", "uuid4"}

SQL_WORDS = re.compile(r"\b(?:SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|VALUES|ORDER BY)\b")

SQL_COMPOSED_IN = "src/paydesk/storage/paging.py"
"""The one file that puts statements together, from pieces that its callers write out."""


def functions(source: Source) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, inner ones and methods too."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imported_modules(source: Source) -> Iterator[tuple[int, str]]:
    """The full name of each module that a file imports, with the line; relative ones keep dots."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name) for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def short_functions(source: Source) -> Iterator[Breach]:
    """A function fits on a screen, its docstring included."""
    for node in functions(source):
        lines = (node.end_lineno or node.lineno) - node.lineno + 1
        if lines > FUNCTION_LINES_MAX:
            yield node.lineno, f"{node.name} has {lines} lines, more than {FUNCTION_LINES_MAX}"


def core_imports_itself_and_the_standard_library(source: Source) -> Iterator[Breach]:
    """The core can be read, and moved, without anything else."""
    if not source.is_core:
        return
    for line, module in imported_modules(source):
        outside = module.split(".")[0] not in sys.stdlib_module_names
        if outside and not f"{module}.".startswith("paydesk.core."):
            yield line, f"the core imports {module}"


def core_is_pure(source: Source) -> Iterator[Breach]:
    """Time, randomness and the world are arguments; nothing waits."""
    if not source.is_core:
        return
    for line, module in imported_modules(source):
        if module.split(".")[0] in IMPURE_MODULES:
            yield line, f"the core imports {module}"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.AsyncFunctionDef):
            yield node.lineno, f"{node.name} is a coroutine"
        elif isinstance(node, ast.Call) and is_impure(ast.unparse(node.func)):
            yield node.lineno, f"the core calls {ast.unparse(node.func)}"


def is_impure(called: str) -> bool:
    """Whether what is called, as written (`datetime.datetime.now`), asks the world."""
    return any(f".{called}".endswith(f".{name}") for name in IMPURE_CALLS)


def errors_are_answered(source: Source) -> Iterator[Breach]:
    """No error is dropped: a handler does something, and nobody suppresses everything."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.ExceptHandler) and all(map(does_nothing, node.body)):
            yield node.lineno, "an error is caught and dropped"
        elif isinstance(node, ast.Call) and ast.unparse(node).endswith("suppress(Exception)"):
            yield node.lineno, "every error is suppressed"


def does_nothing(statement: ast.stmt) -> bool:
    """`pass`, `...` and a lone string."""
    return isinstance(statement, ast.Pass) or (
        isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    )


def public_modules_say_what_they_are(source: Source) -> Iterator[Breach]:
    """The first line of a module of the package is its docstring."""
    name = source.path.rsplit("/", 1)[-1].removesuffix(".py")
    public = name == "__init__" or not name.startswith("_")
    if source.is_package and public and ast.get_docstring(source.tree) is None:
        yield 1, "the module has no docstring"


def nothing_is_left_for_later(source: Source) -> Iterator[Breach]:
    """What is in the package works: no function only promises to."""
    if not source.is_package:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and "NotImplementedError" in ast.unparse(node):
            yield node.lineno, "this is not written yet"


def sql_is_constant(source: Source) -> Iterator[Breach]:
    """Values reach SQL as parameters: text that goes into a statement is a constant's."""
    if source.path == SQL_COMPOSED_IN:
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.JoinedStr) and SQL_WORDS.search(ast.unparse(node)):
            for part in node.values:
                if isinstance(part, ast.FormattedValue) and not is_constant(part.value):
                    yield node.lineno, f"a statement contains {ast.unparse(part.value)}"


def is_constant(node: ast.expr) -> bool:
    """A name in capitals, alone or in a module, or a call of nothing but such."""
    if isinstance(node, ast.Call):
        return all(map(is_constant, node.args)) and not node.keywords
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")
    return name.isupper()


RULES: dict[str, Check] = {
    "functions are short": short_functions,
    "the core imports itself and the standard library": (
        core_imports_itself_and_the_standard_library
    ),
    "the core is pure": core_is_pure,
    "errors are answered": errors_are_answered,
    "sql is constant": sql_is_constant,
    "public modules say what they are": public_modules_say_what_they_are,
    "nothing is left for later": nothing_is_left_for_later,
}
