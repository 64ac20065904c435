"""What a user's file answers as plain JSON values: the scalars of numpy and torch are taken for what they are."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import msgspec

_GREATEST_DEPTH = 60  # the header around it takes the rest of codec's 64


def plain_value(value: Any, where: str, depth: int = 0) -> Any:
    """Plain values, whole numbers as int. Raises ValueError naming what JSON has not: `data.scores[2] is …`."""
    if depth > _GREATEST_DEPTH:
        raise ValueError(f"{where} is nested deeper than {_GREATEST_DEPTH}, flatter data is needed")
    if isinstance(value, msgspec.Struct):
        value = msgspec.to_builtins(value)
    if isinstance(value, Mapping):
        return {_key(key, where): plain_value(inner, f"{where}.{key}", depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(inner, f"{where}[{index}]", depth + 1) for index, inner in enumerate(value)]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, where)
    return _number(_scalar(value), where)


def _key(key: Any, where: str) -> str:
    if not isinstance(key, str) or key == "__proto__":
        raise ValueError(f"{where} has the key {key!r}, another text is needed")
    return _text(key, where)


def _text(text: str, where: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{where} is a text that is not Unicode, one that is is needed") from error
    return str(text)


def _scalar(value: Any) -> Any:
    """`np.float32(1)` and `torch.tensor(1.0)` as numbers."""
    return value.item() if getattr(value, "shape", None) == () and hasattr(value, "item") else value


def _number(value: Any, where: str) -> bool | int | float:
    if isinstance(value, bool):
        return value
    if not isinstance(value, int | float):
        raise ValueError(f"{where} is a {type(value).__name__}, a value of JSON is needed (arrays belong in tensors)")
    if not _is_finite(value):
        raise ValueError(f"{where} is not finite, a finite number or None is needed")
    return int(value) if isinstance(value, int) or value.is_integer() else float(value)


def _is_finite(value: int | float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond float64
        return False
