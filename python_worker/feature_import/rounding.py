"""How float64 features become features of a store, and what that costs. In numpy: torch alone takes 250 MiB."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class RoundingError:
    """The largest |stored − given|, the largest of it over |given|, and how many values lost digits to underflow.

    The relative error is taken over values at or above the type's smallest normal number; below it are underflows.
    """

    absolute: float = 0.0
    relative: float = 0.0
    underflows: int = 0

    def joined(self, other: RoundingError) -> RoundingError:
        """The errors of both sets of values together."""
        return RoundingError(
            max(self.absolute, other.absolute), max(self.relative, other.relative), self.underflows + other.underflows
        )


def round_values(values_nc: np.ndarray, dtype: str) -> tuple[np.ndarray, np.ndarray]:
    """The values as they are stored (bfloat16: its bits, int16) and as float64 again; what overflows is infinite."""
    with np.errstate(over="ignore"):
        if dtype == "float16":
            halves_nc = values_nc.astype("<f2")
            return halves_nc, halves_nc.astype(np.float64)
        singles_nc = values_nc.astype("<f4")
        if dtype == "float32":
            return singles_nc, singles_nc.astype(np.float64)
    bits_nc = _upper_halves(singles_nc.view("<u4"))
    return bits_nc.view("<i2"), (bits_nc.astype("<u4") << 16).view("<f4").astype(np.float64)


def measure_rounding(given_nc: np.ndarray, stored_nc: np.ndarray, dtype: str) -> RoundingError:
    """The error of float64 values `stored_nc` that were rounded to `dtype`."""
    smallest = np.finfo(np.float16 if dtype == "float16" else np.float32).smallest_normal
    error_nc = np.abs(stored_nc - given_nc)
    absolute = float(error_nc.max(initial=0))
    size_nc = np.abs(given_nc)
    small_nc = size_nc < float(smallest)
    underflows = int((small_nc & (error_nc > 0)).sum())
    relative_nc = np.divide(error_nc, size_nc, out=np.zeros_like(size_nc), where=~small_nc)
    return RoundingError(absolute, float(relative_nc.max(initial=0)), underflows)


def _upper_halves(bits_nc: np.ndarray) -> np.ndarray:
    """The upper 16 bits of float32 bits, rounded to nearest and ties to even."""
    odd_nc = (bits_nc >> 16) & 1
    return ((bits_nc + 0x7FFF + odd_nc) >> 16).astype("<u2")
