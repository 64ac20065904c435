"""Latent reward uncertainty as a posterior: how unusual rewards are among those of labelled responses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ...context.context import Context
from ..contract.fit_request import FitRequest
from ..contract.head_posterior import HeadPosterior, restored_heads
from ..contract.kept_posterior import Snapshot
from ..pairs.pair_features import PairFeatures
from .reward_fits import RewardFits
from ..training.fit_ensemble import fit_ensemble


@dataclass(frozen=True)
class LatentReward(HeadPosterior):
    """One head, and normal fits to its rewards of labelled responses."""

    fits: RewardFits

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> LatentReward:
        """Trains the head, then fits its rewards. Raises INVALID_ARGUMENT when they do not differ."""
        fit = request.training(1)
        fitted = fit_ensemble(fit, context)
        rewards_n2 = fit.labelled.rewards(fitted.heads, context.check)[0][_chosen_first(fit.labelled)]
        fits = RewardFits.fit(rewards_n2.cpu().double(), request.name)
        return cls(fitted.heads, request.params, request.answer(1, fitted.reports), fits)

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> LatentReward:
        """The posterior a snapshot was taken of, equal to the last bit."""
        fits = RewardFits(snapshot.tensors["means"], snapshot.tensors["deviations"])
        return cls(restored_heads(snapshot, context), snapshot.params, snapshot.report, fits)

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits, 1 × N, and `lru`, float64 N. Raises INVALID_ARGUMENT for NaN."""
        pairs = self._pairs(pairs_n2, context)
        rewards_1r = pairs.rewards(self.heads, context.check)
        logits = self._finite(pairs.told(pairs.differences(rewards_1r)))
        rewards_n2 = rewards_1r[0][pairs.pairs_n2].cpu().double()
        terms = pairs.terms.to("cpu", torch.float64)
        return {"logits": logits, "lru": self.fits.uncertainty(rewards_n2, terms).numpy()}

    def _own_tensors(self) -> Mapping[str, torch.Tensor]:
        return {"means": self.fits.means_2, "deviations": self.fits.deviations_2}


def _chosen_first(pairs: PairFeatures) -> torch.Tensor:
    """Positions (chosen, rejected) of the pairs; the first is chosen where its target is at least ½."""
    targets = pairs.terms.targets_n
    if targets is None:
        return pairs.pairs_n2
    return torch.where((targets >= 0.5).unsqueeze(1), pairs.pairs_n2, pairs.pairs_n2.flip(1))
