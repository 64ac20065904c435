"""What user code gave, as a float tensor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from .user_code import UserCode


def as_float_tensor(value: Any, code: UserCode, act: str, function: Callable[..., Any], needed: str) -> torch.Tensor:
    """A tensor or array of floating-point numbers, on the CPU, without a graph. Raises USER_CODE for anything else."""
    if isinstance(value, np.ndarray) and value.dtype.kind == "f":
        value = torch.from_numpy(np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("=")))
    if not isinstance(value, torch.Tensor):
        found = f"it gave {_kind_of(value)}"
        raise code.wrong(act, function, found, f"a floating-point Tensor or array of {needed} is")
    if not value.is_floating_point():
        raise code.wrong(act, function, f"it gave {_kind_of(value)}", f"floating-point numbers, {needed}, are")
    if value.is_meta:
        raise code.wrong(act, function, "it gave a Tensor on the device meta, which has no numbers", f"{needed} is")
    return value.detach().to_dense().cpu()


def shape_words(shape: tuple[int, ...]) -> str:
    """"3 × 40"; "a single number" for no axes."""
    return " × ".join(map(str, shape)) if shape else "a single number"


def _kind_of(value: Any) -> str:
    if isinstance(value, (np.ndarray, torch.Tensor)):
        return f"numbers of type {str(value.dtype).removeprefix('torch.')}"
    return "None" if value is None else f"an object of type {type(value).__name__}"
