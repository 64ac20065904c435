"""A head with a Gaussian last layer as a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ..context import Context
from ..protocol.messages import PosteriorFitData, PosteriorFitParams, StoreRef
from ..seeding import torch_generator
from ..store.open_store import open_store
from .fit_ensemble import fit_ensemble
from .fit_laplace import fit_laplace, refuse_wide_last_layer
from .fit_request import FitRequest, kind_of
from .head_body import HeadBody
from .head_logits import head_logits
from .kept_posterior import Snapshot
from .laplace_heads import LaplaceHeads
from .reward_heads import RewardHeads


@dataclass(frozen=True)
class LaplacePosterior:
    """A trained head, S samples of its last layer (float64, S × width), what was asked and how the learning went."""

    head: RewardHeads
    last_layers_sd: torch.Tensor
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> LaplacePosterior:
        """Trains a head as member 0 of a deep ensemble, then draws last layers on what its body makes of the pairs."""
        refuse_wide_last_layer([request.responses_rd.shape[1], *request.params.head.layers][-1])
        kind, training = request.params.kind, request.training(1)
        fitted = fit_ensemble(training, context)
        body = HeadBody.of(fitted.heads)
        normal = _standard_normal(request, kind.samples, fitted.heads.sizes[-2])
        heads = fit_laplace(body, training.labelled, kind.prior_precision, normal, context)
        return cls(fitted.heads, heads.last_layers_sd, request.params, request.answer(kind.samples, fitted.reports))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> LaplacePosterior:
        """The posterior a snapshot was taken of, equal to the last bit."""
        params, device = snapshot.params, context.state.device
        sizes = [open_store(params.store, context).responses_rd.shape[1], *params.head.layers, 1]
        head = RewardHeads.over(snapshot.tensors["head"].to(device), 1, sizes, params.head.activation)
        return cls(head, snapshot.tensors["lastLayers"].to(device), params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose responses it judges."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of the head and of all last layers."""
        return self.head.nbytes + self.last_layers_sd.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone, every response passing the body once. Raises INVALID_ARGUMENT for NaN."""
        heads = LaplaceHeads(HeadBody.of(self.head), self.last_layers_sd)
        return {"logits": head_logits(self, heads, pairs_n2, context)}

    def snapshot(self, context: Context) -> Snapshot:
        """The head's numbers and the last layers."""
        tensors = {"head": self.head.flat, "lastLayers": self.last_layers_sd}
        return Snapshot(kind_of(self.params), self.params, self.report, tensors)


def _standard_normal(request: FitRequest, samples: int, width: int) -> torch.Tensor:
    """One stream a sample, so that a sample's numbers do not depend on how many there are."""
    seed, round_ = request.params.seed, request.params.round
    streams = [torch_generator((seed, "laplace", round_, sample)) for sample in range(samples)]
    return torch.stack([torch.randn(width, dtype=torch.float64, generator=stream) for stream in streams])
