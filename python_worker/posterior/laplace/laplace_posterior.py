"""A head with a Gaussian last layer as a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ...base.seeding import torch_generator
from ...context.context import Context
from ..contract.fit_request import FitRequest
from ..contract.head_posterior import HeadPosterior, restored_heads
from ..contract.kept_posterior import Snapshot
from ..heads.head_body import HeadBody
from ..training.fit_ensemble import fit_ensemble
from .fit_laplace import fit_laplace, refuse_wide_last_layer
from .laplace_heads import LaplaceHeads


@dataclass(frozen=True)
class LaplacePosterior(HeadPosterior):
    """One head; each sample has a last layer of its own in place of the trained one (float64, S × width)."""

    last_layers_sd: torch.Tensor

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> LaplacePosterior:
        """Trains a head as member 0 of a deep ensemble, then draws last layers on what its body makes of the pairs."""
        params = request.params
        refuse_wide_last_layer([request.responses_rd.shape[1], *params.head.layers][-1])
        training = request.training(1)
        fitted = fit_ensemble(training, context)
        normal_sd = _standard_normal(request, params.kind.samples, fitted.heads.sizes[-2])
        body = HeadBody.of(fitted.heads)
        drawn = fit_laplace(body, training.labelled, params.kind.prior_precision, normal_sd, context)
        return cls(fitted.heads, params, request.answer(params.kind.samples, fitted.reports), drawn.last_layers_sd)

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> LaplacePosterior:
        """The posterior a snapshot was taken of, equal to the last bit."""
        last_layers = snapshot.tensors["lastLayers"].to(context.state.device)
        return cls(restored_heads(snapshot, context), snapshot.params, snapshot.report, last_layers)

    @property
    def nbytes(self) -> int:
        """Bytes of the head and of all last layers."""
        return self.heads.nbytes + self.last_layers_sd.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone, every response passing the body once. Raises INVALID_ARGUMENT for NaN."""
        samples = LaplaceHeads(HeadBody.of(self.heads), self.last_layers_sd)
        return {"logits": self._finite(self._pairs(pairs_n2, context).logits(samples, context.check).float())}

    def _own_tensors(self) -> Mapping[str, torch.Tensor]:
        return {"lastLayers": self.last_layers_sd}


def _standard_normal(request: FitRequest, samples: int, width: int) -> torch.Tensor:
    """One stream a sample, so that a sample's numbers do not depend on how many there are."""
    seed, round_ = request.params.seed, request.params.round
    streams = [torch_generator((seed, "laplace", round_, "sample", sample)) for sample in range(samples)]
    return torch.stack([torch.randn(width, dtype=torch.float64, generator=stream) for stream in streams])
