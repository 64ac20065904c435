"""Initial weights and biases of a reward head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise

import torch
from torch.nn import init

from ...protocol.messages import HeadShape

Layer = tuple[torch.Tensor, torch.Tensor]

# `initScale` is the deviation of `normal` and the half-width of `uniform`; the others are PyTorch's defaults.
_WEIGHTS: Mapping[str, Callable[[torch.Tensor, float, torch.Generator], torch.Tensor]] = {
    "normal": lambda w, scale, g: init.normal_(w, 0.0, scale, generator=g),
    "uniform": lambda w, scale, g: init.uniform_(w, -scale, scale, generator=g),
    "xavier_normal": lambda w, _scale, g: init.xavier_normal_(w, generator=g),
    "xavier_uniform": lambda w, _scale, g: init.xavier_uniform_(w, generator=g),
    "kaiming_normal": lambda w, _scale, g: init.kaiming_normal_(w, generator=g),
    "kaiming_uniform": lambda w, _scale, g: init.kaiming_uniform_(w, generator=g),
}


def initial_weights(head: HeadShape, dimension: int, generator: torch.Generator, *, outputs: int = 1) -> list[Layer]:
    """Per layer a weight (out × in) by `head.init` and a bias uniform in ±1/sqrt(in), float32 on the host."""
    sizes = [dimension, *head.layers, outputs]
    return [_layer(head, fan_in, fan_out, generator) for fan_in, fan_out in pairwise(sizes)]


def _layer(head: HeadShape, fan_in: int, fan_out: int, generator: torch.Generator) -> Layer:
    weight = _WEIGHTS[head.init](torch.empty(fan_out, fan_in), head.init_scale, generator)
    bound = fan_in**-0.5
    return weight, init.uniform_(torch.empty(fan_out), -bound, bound, generator=generator)
