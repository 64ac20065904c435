"""The activations of a reward head, with derivatives told from their outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

_LEAK = 0.01


@dataclass(frozen=True)
class Activation:
    """`apply_` works in place; `multiply_by_slope_(delta, output)` scales `delta` by the derivative at `output`."""

    apply_: Callable[[torch.Tensor], torch.Tensor]
    multiply_by_slope_: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]


def _tanh_slope_(delta: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    return torch.ops.aten.tanh_backward.grad_input(delta, output, grad_input=delta)


def _sigmoid_slope_(delta: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    return torch.ops.aten.sigmoid_backward.grad_input(delta, output, grad_input=delta)


def _relu_slope_(delta: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    return delta.masked_fill_(output <= 0, 0.0)


def _leaky_relu_slope_(delta: torch.Tensor, output: torch.Tensor) -> torch.Tensor:
    return torch.where(output > 0, delta, delta * _LEAK, out=delta)


ACTIVATIONS: Mapping[str, Activation] = {
    "tanh": Activation(torch.Tensor.tanh_, _tanh_slope_),
    "relu": Activation(torch.Tensor.relu_, _relu_slope_),
    "sigmoid": Activation(torch.Tensor.sigmoid_, _sigmoid_slope_),
    "leaky_relu": Activation(lambda x: torch.nn.functional.leaky_relu_(x, _LEAK), _leaky_relu_slope_),
}
