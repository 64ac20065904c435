"""The link of a model without lapses."""

from __future__ import annotations

from .davidson import Davidson
from .logistic import LOGISTIC, Logistic


def bradley_terry_link(ties: float) -> Logistic | Davidson:
    """Davidson's for ν = `ties` above 0, and its limit without ties at 0."""
    return Davidson(ties) if ties else LOGISTIC
