"""A model's fields as paths, in the notation of Stripe's specification."""

from __future__ import annotations

from typing import Any, get_args, get_origin

from paydesk.api.params.grammar import Params


def leaf_paths(model: type[Params], prefix: str = "") -> frozenset[str]:
    """Every leaf below `model`: ``mode``, ``line_items[].price_data.currency``, ``expand[]``."""
    paths: set[str] = set()
    for name, field in model.model_fields.items():
        path = f"{prefix}{name}{'[]' if _is_list(field.annotation) else ''}"
        below = _model_in(field.annotation)
        paths |= {path} if below is None else leaf_paths(below, f"{path}.")
    return frozenset(paths)


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is tuple or any(map(_is_list, get_args(annotation)))


def _model_in(annotation: Any) -> type[Params] | None:
    if isinstance(annotation, type) and issubclass(annotation, Params):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)
