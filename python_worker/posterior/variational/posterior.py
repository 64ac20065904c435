"""A normal distribution over every response's reward as a posterior."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from ...base.seeding import torch_generator
from ...context.context import Context
from ...protocol.messages import PosteriorFitParams
from ..contract.fit_request import FitRequest
from ..contract.head_posterior import HeadPosterior, restored_heads
from ..contract.kept_posterior import Snapshot
from ..heads.reward_heads import RewardHeads
from ..training.fit_ensemble import fit_ensemble
from .loss import VariationalLoss


class Variational(HeadPosterior):
    """One head of two outputs, mean and log-variance of the reward."""

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> Variational:
        """Trains by one drawn reward a response and step; early stopping looks at the mean rewards."""
        params = request.params
        noise = torch_generator((params.seed, "variational", params.round, "training"))
        objective = VariationalLoss(params.kind.kl_weight, noise)
        fitted = fit_ensemble(replace(request.training(1, outputs=2), objective=objective), context)
        return cls(fitted.heads, params, request.answer(params.kind.samples, fitted.reports))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> Variational:
        """The posterior a snapshot was taken of, equal to the last bit: the noise is drawn again."""
        return cls(restored_heads(snapshot, context, outputs=2), snapshot.params, snapshot.report)

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone. Raises INVALID_ARGUMENT for NaN."""
        samples = _RewardSamples(self.heads, self.params)
        return {"logits": self._finite(self._pairs(pairs_n2, context).logits(samples, context.check))}


@dataclass(frozen=True)
class _RewardSamples:
    """S rewards of every row of the store; a row's noise is the round's, so its rewards are alike in all pairs."""

    heads: RewardHeads
    params: PosteriorFitParams

    def rewards(
        self, features_rd: torch.Tensor, rows_n: torch.Tensor | None = None, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        mean_n, log_variance_n = self.heads.outputs(features_rd, rows_n, check)[0].T
        samples = range(self.params.kind.samples)
        noise_sr = torch.stack([self._noise(sample, len(features_rd)) for sample in samples]).to(features_rd.device)
        return mean_n + (log_variance_n / 2).exp() * (noise_sr if rows_n is None else noise_sr[:, rows_n])

    def _noise(self, sample: int, rows: int) -> torch.Tensor:
        stream = (self.params.seed, "variational", self.params.round, "sample", sample)
        return torch.randn(rows, generator=torch_generator(stream))
