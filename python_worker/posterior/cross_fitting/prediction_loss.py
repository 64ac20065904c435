"""How well a fitted posterior predicts labels."""

from __future__ import annotations

from math import log

import torch

from ...context.context import Context
from ..contract.kept_posterior import KeptPosterior
from ..links.bradley_terry_link import bradley_terry_link
from ..pairs.labelled_pairs import LabelledPairs


def prediction_loss(fitted: KeptPosterior, pairs: LabelledPairs, ties: float, context: Context) -> float:
    """Weighted mean of −[t ln p̄ + (1 − t) ln(1 − p̄)], nats, p̄ the mean over samples.

    Where ties are modelled (ν = `ties` above 0) a target of ½ is one: its loss is −ln of the mean probability of a tie.
    """
    logits_sn = torch.from_numpy(fitted.predict(pairs.rows_n2, context)["logits"]).double()
    link = bradley_terry_link(ties)

    def mean_log(target: float) -> torch.Tensor:
        losses_sn = link.losses(logits_sn, torch.full_like(logits_sn, target), threshold=40)
        return torch.logsumexp(-losses_sn, dim=0) - log(len(logits_sn))

    losses = -(pairs.targets * mean_log(1.0) + (1 - pairs.targets) * mean_log(0.0))
    if ties:
        losses = torch.where(pairs.targets == 0.5, -mean_log(0.5), losses)
    return float((pairs.weights * losses).sum() / pairs.weights.sum())
