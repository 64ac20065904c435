"""The deep ensemble as a posterior."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..context import Context
from ..errors import invalid_argument
from ..protocol.messages import PosteriorFitData, PosteriorFitParams, StoreRef
from ..store.open_store import open_store
from .kept_posterior import Snapshot
from .last_hidden import last_hidden
from .pair_features import PairFeatures
from .reward_heads import RewardHeads

KIND = "deep-ensemble"


@dataclass(frozen=True)
class EnsemblePosterior:
    """Heads, what they were asked to be and how their learning went."""

    heads: RewardHeads
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> EnsemblePosterior:
        """The posterior a snapshot was taken of, equal to the last bit."""
        params, flat = snapshot.params, snapshot.tensors["heads"].to(context.state.device)
        dimension = open_store(params.store, context).responses_rd.shape[1]
        heads = RewardHeads.over(flat, params.members, [dimension, *params.head.layers, 1], params.head.activation)
        return cls(heads, params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose responses the heads judge."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of the heads."""
        return self.heads.nbytes

    def logits(self, pairs_n2: np.ndarray, context: Context) -> np.ndarray:
        """Float32 M × N; each response is scored once, however many pairs hold it. Raises INVALID_ARGUMENT for NaN."""
        responses = open_store(self.store, context).responses_rd
        logits_mn = PairFeatures.refer(responses, pairs_n2).logits(self.heads, context.check).cpu().contiguous().numpy()
        bad = np.flatnonzero(~np.isfinite(logits_mn).all(axis=1))
        if len(bad):
            raise invalid_argument(
                f"Cannot predict with posterior '{self.report.posterior}': the logits of sample {bad[0]} are not "
                "finite, a smaller learning rate or other features are needed"
            )
        return logits_mn

    def latent(self, pairs_n2: np.ndarray, context: Context) -> torch.Tensor:
        """Differences in the first member's last hidden layer, float32 N × H. Raises INVALID_ARGUMENT for NaN."""
        pairs = PairFeatures.refer(open_store(self.store, context).responses_rd, pairs_n2)
        hidden = last_hidden(self.heads, 0, pairs.features_rd, pairs.rows_r, context.check)
        latent = hidden[pairs.pairs_n2[:, 0]] - hidden[pairs.pairs_n2[:, 1]]
        if not latent.isfinite().all():
            raise invalid_argument(
                f"Cannot look into posterior '{self.report.posterior}': its hidden layer is not finite, a smaller "
                "learning rate or other features are needed"
            )
        return latent

    def snapshot(self, context: Context) -> Snapshot:
        """The heads' numbers."""
        return Snapshot(KIND, self.params, self.report, {"heads": self.heads.flat})
