"""What a fit of a Bayesian linear reward is asked in tests."""

from python_worker.protocol.messages import (
    BayesianLinearKind,
    DistanceNoise,
    HeadShape,
    PosteriorFitParams,
    TrainingSettings,
)

# Neither is used by a reward without heads.
_TRAINING = TrainingSettings(
    lr=0.1, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
    warmup_steps=0, batch=1, epochs=1, eval_every=1, patience=1,
)  # fmt: skip
_HEAD = HeadShape(layers=[], activation="tanh", init="normal", init_scale=1.0)


def linear_fit(store, noise: DistanceNoise) -> PosteriorFitParams:
    """16 samples in at most 64 directions."""
    return PosteriorFitParams(
        store=store, kind=BayesianLinearKind(samples=16, rank=64), noise=noise, folds=None, ties=0.0,
        head=_HEAD, training=_TRAINING, seed=4, round=2,
    )  # fmt: skip
