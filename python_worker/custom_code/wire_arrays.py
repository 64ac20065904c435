"""What a user's file answers as arrays: of numpy or torch, of a dtype the wire has."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..tensors.tensors import WIRE_DTYPES

_NAME = re.compile(r"[!-~]{1,64}")
_MOST_DIMENSIONS = 8


def wire_arrays(tensors: Any) -> dict[str, np.ndarray]:
    """C-contiguous arrays by name; torch tensors come to the CPU. Raises ValueError naming a tensor that cannot travel."""
    if not isinstance(tensors, Mapping):
        raise ValueError(f"its tensors are a {type(tensors).__name__}, a dict of arrays is needed")
    return {_checked_name(name): _array(name, value) for name, value in tensors.items()}


def _checked_name(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"a tensor is named {name!r}, 1 to 64 printable ASCII characters are needed")
    return name


def _array(name: str, value: Any) -> np.ndarray:
    try:
        array = np.asarray(value.detach().cpu().numpy() if hasattr(value, "detach") else value, order="C")
    except (TypeError, ValueError, RuntimeError) as error:
        raise ValueError(f"tensor '{name}' is no array ({error}), one of numpy or torch is needed") from error
    if array.dtype not in WIRE_DTYPES:
        wanted = ", ".join(WIRE_DTYPES.values())
        raise ValueError(f"tensor '{name}' is {array.dtype}, one of {wanted} is needed")
    if array.ndim > _MOST_DIMENSIONS:
        raise ValueError(f"tensor '{name}' has {array.ndim} dimensions, at most {_MOST_DIMENSIONS} are needed")
    return array
