"""AdamW over ranges of one vector."""

from __future__ import annotations

import torch
from torch.optim.adamw import adamw

from ...protocol.messages import TrainingSettings


class FusedAdamW:
    """AdamW with PyTorch's fused kernel, applied range by range to use a range's gradient while it is in cache.

    `first` and `second` are the running moments, as long as `parameters`; `updates` counts the updates behind them.
    """

    def __init__(
        self,
        parameters: torch.Tensor,
        training: TrainingSettings,
        moments: tuple[torch.Tensor, torch.Tensor] | None = None,
        updates: int = 0,
    ) -> None:
        self.parameters = parameters
        self.first, self.second = moments or (torch.zeros_like(parameters), torch.zeros_like(parameters))
        self.updates = updates
        self._training = training
        self._ranges: dict[tuple[int, int], list[torch.Tensor]] = {}

    def update(self, begin: int, end: int, gradient: torch.Tensor, rate: float) -> None:
        """Moves parameters `begin` to `end` by their gradient. Each range is to be moved once a step."""
        parameters, first, second, count = self._views(begin, end)
        adamw(
            [parameters], [gradient], [first], [second], [], [count],
            fused=True, amsgrad=False, maximize=False, lr=rate, eps=self._training.eps,
            beta1=self._training.beta1, beta2=self._training.beta2, weight_decay=self._training.weight_decay,
        )  # fmt: skip

    def _views(self, begin: int, end: int) -> list[torch.Tensor]:
        if (begin, end) not in self._ranges:
            count = torch.full((), float(self.updates), device=self.parameters.device)
            views = [vector[begin:end] for vector in (self.parameters, self.first, self.second)]
            self._ranges[begin, end] = [*views, count]
        return self._ranges[begin, end]
