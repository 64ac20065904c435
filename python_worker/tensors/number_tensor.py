"""Vectors of numbers as they come across the wire."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from ..base.errors import invalid_argument


def number_tensor(
    tensors: Mapping[str, np.ndarray],
    name: str,
    count: int | None = None,
    least: float = -np.inf,
    below: float = np.inf,
) -> np.ndarray:
    """The float64 vector `name` of `count` finite numbers (None: any), each in [least, below). Raises INVALID_ARGUMENT."""
    numbers = tensors.get(name)
    if numbers is None or numbers.dtype != np.float64 or numbers.ndim != 1 or count not in (None, len(numbers)):
        found = "missing" if numbers is None else f"{numbers.dtype} {' × '.join(map(str, numbers.shape))}"
        wanted = "N" if count is None else count
        raise invalid_argument(f"Cannot use tensor '{name}': it is {found}, float64 {wanted} is needed")
    outside = np.flatnonzero(~(np.isfinite(numbers) & (numbers >= least) & (numbers < below)))
    if len(outside):
        found = f"number {outside[0]} is {numbers[outside[0]]}"
        raise invalid_argument(f"Cannot use tensor '{name}': {found}, at least {least} and below {below} is needed")
    return numbers
