"""What posteriors of trained heads have in common."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ...base.errors import invalid_argument
from ...context.context import Context
from ...protocol.messages import PosteriorFitData, PosteriorFitParams, StoreRef
from ...store.open_store import open_store
from ...store.pair_distances import PairDistances
from ..heads.head_body import HeadBody
from ..heads.reward_heads import RewardHeads
from ..noise.models import terms_under
from ..pairs.pair_features import PairFeatures
from ..training.divergence import finite_advice
from .fit_request import kind_of
from .kept_posterior import Snapshot


@dataclass(frozen=True)
class HeadPosterior:
    """Heads, what they were asked to be and how their learning went."""

    heads: RewardHeads
    params: PosteriorFitParams
    report: PosteriorFitData

    @property
    def store(self) -> StoreRef:
        """The store whose responses the heads judge."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of the heads."""
        return self.heads.nbytes

    def latent(self, pairs_n2: np.ndarray, context: Context) -> torch.Tensor:
        """Differences in the first member's last hidden layer, float32 N × H. Raises INVALID_ARGUMENT for NaN."""
        pairs = self._pairs(pairs_n2, context)
        hidden = torch.empty((len(pairs.rows_r), self.heads.sizes[-2]), device=pairs.features_rd.device)
        for block, values in HeadBody.of(self.heads).blocks(pairs.features_rd, pairs.rows_r, context.check):
            hidden[block] = values
        latent = hidden[pairs.pairs_n2[:, 0]] - hidden[pairs.pairs_n2[:, 1]]
        if not latent.isfinite().all():
            raise invalid_argument(
                f"Cannot look into posterior '{self.report.posterior}': its hidden layer is not finite, a smaller "
                "learning rate or other features are needed"
            )
        return latent

    def snapshot(self, context: Context) -> Snapshot:
        """The heads' numbers and the kind's own."""
        tensors = {"heads": self.heads.flat, **self._own_tensors()}
        return Snapshot(kind_of(self.params), self.params, self.report, tensors)

    def _own_tensors(self) -> Mapping[str, torch.Tensor]:
        return {}

    def _pairs(self, pairs_n2: np.ndarray, context: Context) -> PairFeatures:
        """Each response once, however many pairs hold it, and the scales and link of the noise model."""
        responses_rd = open_store(self.store, context).responses_rd
        terms = terms_under(self.params, PairDistances(responses_rd, pairs_n2, context.check))
        return PairFeatures.refer(responses_rd, pairs_n2, terms)

    def _finite(self, logits_sn: torch.Tensor) -> np.ndarray:
        """Logits as they are sent, float32. Raises INVALID_ARGUMENT naming a sample with NaN."""
        logits = logits_sn.cpu().contiguous().numpy()
        bad = np.flatnonzero(~np.isfinite(logits).all(axis=1))
        if len(bad):
            raise invalid_argument(
                f"Cannot predict with posterior '{self.report.posterior}': the logits of sample {bad[0]} are not "
                f"finite; {finite_advice(self.params.training.lr > 0)}"
            )
        return logits


def restored_heads(snapshot: Snapshot, context: Context, *, members: int = 1, outputs: int = 1) -> RewardHeads:
    """The heads of a snapshot, on the worker's device."""
    params, flat = snapshot.params, snapshot.tensors["heads"].to(context.state.device)
    dimension = open_store(params.store, context).responses_rd.shape[1]
    return RewardHeads.over(flat, members, [dimension, *params.head.layers, outputs], params.head.activation)
