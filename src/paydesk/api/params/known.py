"""What Stripe knows about session creation and Paydesk does not act on, told apart.

Every parameter of ``POST /v1/checkout/sessions`` is in exactly one state: it acts (it is a field of
`CreateSession`), or `rules.py` says that it is ignored or refused. `sift` sorts a request by that;
names that Stripe doesn't know either stay in the tree, for the model to refuse.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from typing import Any, NamedTuple

from pydantic_core import PydanticCustomError

from paydesk.api.forms import Tree
from paydesk.api.params.grammar import Array
from paydesk.api.params.leaves import Reader, reader
from paydesk.api.params.problems import Path, refuse, refuse_custom, refuse_unknown
from paydesk.api.params.rules import ACTS, SHOWN, Rule, rule_for
from paydesk.api.params.spec import Row, create_session_rows
from paydesk.api.params.ui_modes import refuse_foreign
from paydesk.core.sessions import UI_MODES


class Sifted(NamedTuple):
    """A request in parts.

    `tree` is for `CreateSession`. `ignored` holds the typed values set aside, as far as the session
    shows them; `ignored_names` is what the `Paydesk-Ignored` header lists.
    """

    tree: Tree
    ignored: dict[str, Any]
    ignored_names: list[str]


@dataclass(slots=True)
class Node:
    """One parameter in the tree of all.

    `whole` says that its rule holds for all below. `negotiable`: refused as a whole, but some value
    of it, or something below, is harmless.
    """

    row: Row
    rule: Rule = ACTS
    whole: bool = True
    negotiable: bool = False
    read: Reader | None = None
    children: dict[str, Node] = field(default_factory=dict)


def sift(tree: Tree) -> Sifted:
    """Sort the decoded `tree` of a session creation. Raises InvalidRequest for what is refused."""
    _check_front_door(tree)
    sieve = _Sieve()
    kept = sieve.keep(known_parameters(), tree, ())
    return Sifted(kept, sieve.shown, list(sieve.names))


def _check_front_door(tree: Tree) -> None:
    """The ignored parameters, too, are each for some front doors only."""
    word = tree.get("ui_mode", "hosted")
    if isinstance(word, str) and word in UI_MODES:
        try:
            refuse_foreign(word, tree)
        except PydanticCustomError as error:
            raise refuse_custom(error, ()) from None


@dataclass(slots=True)
class _Sieve:
    """What one request leaves behind: `names` of what is ignored, values to be `shown`."""

    names: dict[str, None] = field(default_factory=dict)
    shown: dict[str, Any] = field(default_factory=dict)

    def keep(self, node: Node, tree: Tree, path: Path) -> Tree:
        """What of an object acts, and what nobody knows; the rest is checked and set aside."""
        kept: Tree = {}
        for name, value in tree.items():
            child = node.children.get(name)
            if child is None or (child.whole and child.rule is ACTS):
                kept[name] = value
            elif child.rule is ACTS:
                kept[name] = self._keep_below(child, value, (*path, name))
            else:
                typed = self._set_aside(child, value, (*path, name))
                self._show((*path, name), typed)
        return kept

    def _show(self, path: Path, typed: Any) -> None:
        """Keep the value for the session if it stands there, in the object that it came in."""
        *owners, name = map(str, path)
        if ".".join((*owners, name)) not in SHOWN:
            return
        place = self.shown
        for owner in owners:
            place = place.setdefault(owner, {})
        place[name] = typed

    def _keep_below(self, node: Node, value: Any, path: Path) -> Any:
        """The same for an object or for each of a list; the model refuses anything else."""
        if node.row.type == "array":
            elements = dict(enumerate(value)) if isinstance(value, list) else value
            if not isinstance(elements, dict):
                return value
            return {
                str(index): self.keep(node, element, (*path, index))
                if isinstance(element, dict)
                else element
                for index, element in elements.items()
            }
        return self.keep(node, value, path) if isinstance(value, dict) else value

    def _set_aside(self, node: Node, value: Any, path: Path) -> Any:
        """The typed value of a parameter that doesn't act. Raises if it is wrong or refused."""
        if node.rule.state == "refused" and not node.negotiable:
            raise refuse(node.rule.problem, path, {})
        if node.read is None:
            return self._set_objects_aside(node, value, path)
        typed = _typed(node.read, value, path)
        if node.rule.state == "ignored":
            self.names[node.rule.name] = None
        else:
            _check_harmless(node.rule, value, path)
        return typed

    def _set_objects_aside(self, node: Node, value: Any, path: Path) -> Any:
        if value == "":
            if node.row.emptyable:
                return None
            raise refuse("empty", path, {})
        if node.row.type != "array":
            return self._set_object_aside(node, value, path)
        elements = _typed(Array().read, value, path)
        return [
            self._set_object_aside(node, element, (*path, index))
            for index, element in enumerate(elements)
        ]

    def _set_object_aside(self, node: Node, value: Any, path: Path) -> dict[str, Any]:
        if not isinstance(value, dict):
            raise refuse("object", path, {})
        unknown = [(*path, name) for name in value if name not in node.children]
        if unknown:
            raise refuse_unknown(unknown)
        for name, child in node.children.items():
            if name not in value and child.row.required:
                raise refuse("missing", (*path, name), {})
        typed = {
            name: self._set_aside(node.children[name], below, (*path, name))
            for name, below in value.items()
        }
        # On a new session, a value that was sent to unset it is as good as none.
        return {name: below for name, below in typed.items() if below is not None}


def _typed(read: Reader, value: Any, path: Path) -> Any:
    try:
        return read(value)
    except PydanticCustomError as error:
        raise refuse_custom(error, path) from None


def _check_harmless(rule: Rule, value: Any, path: Path) -> None:
    texts = [value] if isinstance(value, str) else Array().read(value)
    for text in texts:
        if text not in rule.harmless:
            raise refuse("unsupported_value", path, {"value": text})


@cache
def known_parameters() -> Node:
    """All the parameters as one tree, from Stripe's rows, our model and our rules."""
    root = Node(Row(path="", type="object"))
    for row in create_session_rows().values():
        _place(root, row)
    _summarise(root)
    return root


def _place(root: Node, row: Row) -> None:
    node = root
    for segment in row.path.split("."):
        # The rows come in order, so that only the key of a map has no row of its own.
        node = node.children.setdefault(segment.removesuffix("[]"), Node(row))
    node.row = row
    node.rule = rule_for(row.path)
    node.read = reader(row) if row.leaf else None
    node.negotiable = bool(node.rule.harmless)


def _summarise(node: Node) -> None:
    below = node.children.values()
    for child in below:
        _summarise(child)
    node.whole = all(child.whole and child.rule is node.rule for child in below)
    node.negotiable = node.negotiable or any(
        child.negotiable or child.rule.state == "ignored" for child in below
    )
