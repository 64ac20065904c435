"""One optimiser step of all members, without autograd."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from ...protocol.messages import TrainingSettings
from ..heads.activations import ACTIVATIONS
from ..heads.input_dropout import InputDropout
from ..heads.reward_heads import RewardHeads
from ..pairs.pair_terms import PLAIN, PairTerms
from .fused_adamw import FusedAdamW
from .objective import Objective

_BLOCK_NUMBERS = 1 << 20


@dataclass(frozen=True)
class StepRules:
    """What a step lowers and how; without `dropout` no input is dropped."""

    training: TrainingSettings
    objective: Objective
    dropout: InputDropout | None = None


@dataclass(frozen=True)
class LayerInput:
    """What a layer gets, M × size × B: the activated output of the layer before, times the mask where there is one."""

    activated: torch.Tensor
    value: torch.Tensor
    mask: torch.Tensor | None = None


class TrainingStep:
    """Forward, backward, clip and AdamW for M heads; values lie in columns, M × size × B.

    The gradient norm comes from Gram matrices of inputs and deltas: ‖ΔAᵀ‖² = Σ (ΔᵀΔ)∘(AᵀA), the bias adding 1 to AᵀA.
    So clipping scales the small deltas, and on the host a large first layer's gradient is made and used in blocks
    that stay in cache.
    """

    def __init__(self, heads: RewardHeads, rules: StepRules, optimizer: FusedAdamW | None = None) -> None:
        self.heads = heads
        self._rules = rules
        self._optimizer = optimizer or FusedAdamW(heads.flat, rules.training)
        first = heads.weights[0]
        self._blocked = first.device.type == "cpu" and first[0].numel() > _BLOCK_NUMBERS
        self._whole_from = first.numel() if self._blocked else 0
        self._gradient = heads.laid_over(torch.empty_like(heads.flat))
        self._block = torch.empty(max(1, _BLOCK_NUMBERS // first.shape[2]), first.shape[2]) if self._blocked else None

    @torch.no_grad()
    def update(self, features_mbd: torch.Tensor, rate: float, terms_m1b: PairTerms = PLAIN) -> torch.Tensor:
        """Moves every head one step on its own batch; gives the losses before the step (M).

        The first half of the B rows are the first responses of the pairs (the chosen ones where the terms are plain), the
        second half the second ones in the same order; `terms_m1b` are those of the pairs, M × 1 × B/2.
        """
        inputs, outputs = self._forward(features_mbd.transpose(1, 2).contiguous())
        losses, slope = self._rules.objective(outputs, terms_m1b)
        deltas = self._backward(inputs, slope)
        values = [each.value for each in inputs]
        if self._rules.training.clip_norm > 0:
            self._clip(values, deltas)
        self._move(values, deltas, rate)
        return losses

    def select(self, members: Sequence[int]) -> TrainingStep:
        """The same training going on with some of the heads only."""
        heads, optimizer = self.heads.select(members), self._optimizer
        moments = [self.heads.laid_over(flat).select(members).flat for flat in (optimizer.first, optimizer.second)]
        chosen = FusedAdamW(heads.flat, self._rules.training, (moments[0], moments[1]), optimizer.updates)
        return TrainingStep(heads, self._rules, chosen)

    def _forward(self, features_mdb: torch.Tensor) -> tuple[list[LayerInput], torch.Tensor]:
        """Input of every layer, and the outputs of the last."""
        activate_ = ACTIVATIONS[self.heads.activation].apply_
        inputs, output = [], features_mdb
        for layer, (weight, bias) in enumerate(zip(self.heads.weights, self.heads.biases, strict=True)):
            inputs.append(self._input_of(activate_(output)) if layer else LayerInput(output, output))
            output = torch.baddbmm(bias.unsqueeze(2), weight, inputs[layer].value)
        return inputs, output

    def _input_of(self, activated: torch.Tensor) -> LayerInput:
        if self._rules.dropout is None:
            return LayerInput(activated, activated)
        mask = self._rules.dropout.mask(activated)
        return LayerInput(activated, activated * mask, mask)

    def _backward(self, inputs: list[LayerInput], delta: torch.Tensor) -> list[torch.Tensor]:
        """Derivative of the loss by the output of every layer."""
        multiply_by_slope_ = ACTIVATIONS[self.heads.activation].multiply_by_slope_
        deltas = [delta]
        for layer in range(len(inputs) - 1, 0, -1):
            delta = torch.bmm(self.heads.weights[layer].transpose(1, 2), deltas[0])
            if inputs[layer].mask is not None:
                delta.mul_(inputs[layer].mask)
            deltas.insert(0, multiply_by_slope_(delta, inputs[layer].activated))
        return deltas

    def _clip(self, inputs: list[torch.Tensor], deltas: list[torch.Tensor]) -> None:
        squared = sum(
            torch.bmm(delta.transpose(1, 2), delta).mul_(torch.bmm(a.transpose(1, 2), a).add_(1.0)).sum(dim=(1, 2))
            for a, delta in zip(inputs, deltas, strict=True)
        )
        norm = squared.clamp_(min=0.0).sqrt_()
        coefficient = (self._rules.training.clip_norm / (norm + 1e-6)).clamp_(max=1.0).view(-1, 1, 1)
        for delta in deltas:
            delta.mul_(coefficient)

    def _move(self, inputs: list[torch.Tensor], deltas: list[torch.Tensor], rate: float) -> None:
        for layer, (a, delta) in enumerate(zip(inputs, deltas, strict=True)):
            if layer or not self._blocked:
                torch.bmm(delta, a.transpose(1, 2), out=self._gradient.weights[layer])
            torch.sum(delta, dim=2, out=self._gradient.biases[layer])
        if self._rules.objective.last_bias_cancels:
            # AdamW would make steps of its gradient's rounding error.
            self._gradient.biases[-1].zero_()
        if self._blocked:
            self._move_first_layer(inputs[0], deltas[0], rate)
        begin, end = self._whole_from, self.heads.flat.numel()
        self._optimizer.update(begin, end, self._gradient.flat[begin:], rate)
        self._optimizer.updates += 1

    def _move_first_layer(self, features_mdb: torch.Tensor, delta_mhb: torch.Tensor, rate: float) -> None:
        members, width, dimension = self.heads.weights[0].shape
        for member in range(members):
            for row in range(0, width, len(self._block)):
                delta = delta_mhb[member, row : row + len(self._block)]
                gradient = torch.mm(delta, features_mdb[member].T, out=self._block[: len(delta)])
                begin = (member * width + row) * dimension
                self._optimizer.update(begin, begin + gradient.numel(), gradient.view(-1), rate)
