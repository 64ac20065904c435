"""How float64 features become features of a store, and what that costs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..features.model import DTYPES


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


def round_values(values_nc: np.ndarray, dtype: str) -> tuple[torch.Tensor, RoundingError]:
    """The values in `dtype` and the error measured on them; what overflows becomes infinite."""
    given_nc = torch.from_numpy(values_nc)
    stored_nc = given_nc.to(DTYPES[dtype])
    error_nc = (stored_nc.double() - given_nc).abs_()
    absolute = float(error_nc.max()) if error_nc.numel() else 0.0
    size_nc = given_nc.abs()
    small_nc = size_nc < torch.finfo(DTYPES[dtype]).smallest_normal
    underflows = int((small_nc & (error_nc > 0)).sum())
    relative_nc = error_nc.div_(size_nc).masked_fill_(small_nc, 0)
    return stored_nc, RoundingError(absolute, float(relative_nc.max()) if relative_nc.numel() else 0.0, underflows)
