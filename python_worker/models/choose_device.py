"""Where a model runs."""

from __future__ import annotations

import torch

from ..base.errors import invalid_argument
from ..context.context import Context


def choose_device(device: str, dtype: str, context: Context) -> torch.device:
    """The device of that name. Raises INVALID_ARGUMENT for one that is not there, and for half types on the CPU."""
    chosen = torch.device(context.state.resolve_device(device))
    if chosen.type == "cpu" and dtype != "float32":
        raise invalid_argument(
            f"Cannot compute in {dtype}: the device is the CPU, dtype float32 or a GPU is needed"
        )
    return chosen
