"""Names for feature rows: equal numbers, equal names."""

from __future__ import annotations

import hashlib

import numpy as np


def digest_rows(values_nc: np.ndarray) -> list[str]:
    """SHA-256 of each row's little-endian float64 values, hexadecimal; −0 counts as 0."""
    rows_nc = np.ascontiguousarray(values_nc + 0.0, dtype="<f8")
    return [hashlib.sha256(row_c).hexdigest() for row_c in rows_nc]
