"""How much work a part holds."""

from __future__ import annotations

import torch

from ...models.pretrained import DTYPES
from ...protocol.messages import FeaturesExtractParams
from .extract_progress import matmul_parameters
from .plan_parts import PartLimits

# About a minute of a device that does so many operations a second; a part's borders must not depend on a clock.
_SECONDS = 60
_OPERATIONS_A_SECOND = {"cpu": 1.5e11, "cuda": 4e14}
# Features of a part that the host holds at once.
_PART_BYTES = 256 << 20


def part_limits(params: FeaturesExtractParams, device: str, network: torch.nn.Module, dimensions: int) -> PartLimits:
    """Limits for a network on that kind of device ("cpu", "cuda"); dimensions: of all features of a text together."""
    usual = int(_SECONDS * _OPERATIONS_A_SECOND[device] / (2 * max(1, matmul_parameters(network))))
    width = DTYPES[params.store_dtype].itemsize * dimensions
    return PartLimits(params.part_tokens or max(1, usual), max(1, _PART_BYTES // width))
