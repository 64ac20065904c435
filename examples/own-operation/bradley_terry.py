"""bradley-terry.fit: how good each item is, from who won against whom, by gradient ascent on the likelihood."""

import numpy as np

from python_worker import Reply, invalid_argument


def run(params, tensors, context):
    """`pairs` int32 (N × 2), rows (winner, loser) → `strengths` float64 (items), their mean 0."""
    pairs = tensors["pairs"]
    if pairs.size == 0 or pairs.min() < 0 or pairs.max() >= params.items:
        raise invalid_argument(f"Cannot fit: the pairs do not name items, numbers below {params.items} are needed")
    winners, losers = pairs.T
    strengths = np.zeros(params.items)
    for step in range(params.steps):
        context.check()  # raises when the call was cancelled
        surprise = 1 / (1 + np.exp(strengths[winners] - strengths[losers]))
        gradient = np.bincount(winners, surprise, params.items) - np.bincount(losers, surprise, params.items)
        strengths += params.learning_rate * (gradient - params.ridge * strengths)
        context.progress(step + 1, params.steps, {"loss": -np.log1p(-surprise).mean()})
    strengths -= strengths.mean()
    return Reply({"loss": -np.log1p(-surprise).mean()}, {"strengths": strengths})
