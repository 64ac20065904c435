"""An answer as JSON text, or an error that names the field JSON or JavaScript cannot hold."""

from __future__ import annotations

import json
import math
from typing import Any

from .failure import Refusal

_GREATEST_INTEGER = 2**53 - 1
_MOST_CHARACTERS = 64 * 2**20
_WORKER = "the worker is made for that much"


def encode_answer(answer: Any) -> str:
    """The text `{"answer": …}`. Raises Refusal (INVALID_DATA, TOO_LARGE) naming the field."""
    _check(answer, "answer")
    text = json.dumps({"answer": answer}, allow_nan=False)
    if len(text) > _MOST_CHARACTERS:
        raise Refusal(
            "TOO_LARGE", f"the answer has {len(text)} characters, {_MOST_CHARACTERS} at most are needed: {_WORKER}"
        )
    return text


def _check(value: Any, field: str) -> None:
    if value is None or isinstance(value, (bool, str)):
        return
    if isinstance(value, dict):
        _check_keys(value, field)
        for key, one in value.items():
            _check(one, f"{field}.{key}")
    elif isinstance(value, (list, tuple)):
        if not _is_finite_floats(value):
            for index, one in enumerate(value):
                _check(one, f"{field}[{index}]")
    elif isinstance(value, (int, float)):
        _check_number(value, field)
    else:
        raise _refusal(field, f"a {type(value).__name__}", "plain numbers, texts, lists and dicts are needed (.tolist())")


def _is_finite_floats(values: Any) -> bool:
    """The frequent case, without a call a number."""
    return set(map(type, values)) == {float} and all(map(math.isfinite, values))


def _check_keys(value: dict[Any, Any], field: str) -> None:
    for key in value:
        if not isinstance(key, str):
            raise _refusal(f"{field}[{key!r}]", f"under a key of type {type(key).__name__}", "a text is needed as key")


def _check_number(value: float, field: str) -> None:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _refusal(field, str(value), "a finite number is needed, or None where there is none")
    elif abs(value) > _GREATEST_INTEGER:
        raise _refusal(field, str(value), "an integer of at most 2**53 - 1 is needed, or its text")


def _refusal(field: str, found: str, needed: str) -> Refusal:
    return Refusal("INVALID_DATA", f"'{field}' is {found}, {needed}")
