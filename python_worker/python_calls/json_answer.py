"""An answer as JSON text, or an error that names the field JSON or JavaScript cannot hold."""

from __future__ import annotations

import json
import math
from typing import Any

from .failure import Refusal

_GREATEST_INTEGER = 2**53 - 1
_MOST_CHARACTERS = 64 * 2**20
_GREATEST_DEPTH = 200
_WORKER = "the worker is made for that much"


def encode_answer(answer: Any) -> str:
    """The text `{"answer": …}`; scalars of numpy and torch are taken for the value they hold.

    Raises Refusal (INVALID_DATA, TOO_LARGE) naming the field.
    """
    text = json.dumps({"answer": _plain(answer, "answer")}, allow_nan=False)
    if len(text) > _MOST_CHARACTERS:
        raise Refusal("TOO_LARGE", f"the answer has {len(text)} characters; at most {_MOST_CHARACTERS} are allowed: {_WORKER}")
    return text


def _plain(value: Any, field: str, depth: int = 0) -> Any:
    if depth > _GREATEST_DEPTH:
        raise _refusal("answer", f"nested deeper than {_GREATEST_DEPTH}", "return flatter values")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str(value)
    if isinstance(value, dict):
        return {_key(key, field): _plain(one, f"{field}.{key}", depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        if _is_finite_floats(value):
            return value
        return [_plain(one, f"{field}[{index}]", depth + 1) for index, one in enumerate(value)]
    if isinstance(value, (int, float)):
        return _number(value, field)
    return _plain(_held_by(value, field), field, depth + 1)


def _is_finite_floats(values: Any) -> bool:
    """The frequent case, without a call a number."""
    return set(map(type, values)) == {float} and all(map(math.isfinite, values))


def _held_by(value: Any, field: str) -> Any:
    """The value of a scalar of numpy or torch, or of an array without dimensions."""
    held = value.item() if _is_scalar(value) else None
    # Python has no type for long doubles, and none of JSON's for dates.
    if not isinstance(held, (bool, int, float, str)):
        raise _refusal(field, f"a {type(value).__name__}", "return plain numbers, texts, lists and dicts (.tolist())")
    return held


def _is_scalar(value: Any) -> bool:
    shape, kind = getattr(value, "shape", None), getattr(getattr(value, "dtype", None), "kind", "f")
    return isinstance(shape, tuple) and len(shape) == 0 and kind in tuple("biufU") and callable(getattr(value, "item", None))


def _key(key: Any, field: str) -> str:
    if not isinstance(key, str):
        raise _refusal(f"{field}[{key!r}]", f"under a key of type {type(key).__name__}", "use texts as keys")
    if key == "__proto__":
        raise _refusal(f"{field}.{key}", "under a key that JavaScript has a use of its own for", "use another key")
    return str(key)


def _number(value: float, field: str) -> float:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refusal(field, str(float(value)), "return a finite number, or None where there is none")
        return float(value)
    if abs(value) > _GREATEST_INTEGER:
        raise _refusal(field, str(int(value)), "return an integer of at most 2**53 - 1, or its text")
    return int(value)


def _refusal(field: str, found: str, needed: str) -> Refusal:
    return Refusal("INVALID_DATA", f"'{field}' is {found}; {needed}")
