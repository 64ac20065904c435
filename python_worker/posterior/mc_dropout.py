"""Monte Carlo dropout as a posterior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from ..base.errors import invalid_argument
from ..base.seeding import torch_generator
from ..context.context import Context
from ..protocol.messages import PosteriorFitParams
from .contract.fit_request import FitRequest
from .contract.head_posterior import HeadPosterior, restored_heads
from .contract.kept_posterior import Snapshot
from .heads.input_dropout import InputDropout
from .heads.masked_head import MaskedHead
from .heads.reward_heads import RewardHeads
from .training.fit_ensemble import fit_ensemble


@dataclass(frozen=True)
class McDropout(HeadPosterior):
    """One head; each sample is the head under a mask of its own, the same in every prediction of the round."""

    masked: MaskedHead

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> McDropout:
        """Trains with fresh masks for every response and step. Raises INVALID_ARGUMENT without a hidden layer."""
        params = request.params
        if not params.head.layers:
            raise invalid_argument(
                f"Cannot fit {request.name} by mc-dropout: its head has no hidden layer, at least one is needed"
            )
        training = torch_generator((params.seed, "mc-dropout", params.round, "training"))
        fit = replace(request.training(1), dropout=InputDropout(params.kind.rate, training))
        fitted = fit_ensemble(fit, context)
        report = request.answer(params.kind.samples, fitted.reports)
        return cls(fitted.heads, params, report, _masked(fitted.heads, params))

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> McDropout:
        """The posterior a snapshot was taken of, equal to the last bit: the masks are drawn again."""
        heads, params = restored_heads(snapshot, context), snapshot.params
        return cls(heads, params, snapshot.report, _masked(heads, params))

    @property
    def nbytes(self) -> int:
        """Bytes of the head and of what its samples do not share."""
        return self.heads.nbytes + self.masked.rest.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone. Raises INVALID_ARGUMENT for NaN."""
        return {"logits": self._finite(self._pairs(pairs_n2, context).logits(self.masked, context.check))}


def _masked(heads: RewardHeads, params: PosteriorFitParams) -> MaskedHead:
    streams = [
        torch_generator((params.seed, "mc-dropout", params.round, "sample", sample))
        for sample in range(params.kind.samples)
    ]
    return MaskedHead.draw(heads, [InputDropout(params.kind.rate, stream) for stream in streams])
