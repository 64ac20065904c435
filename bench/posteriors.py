"""Seconds of CPU a round of every kind of posterior: one fit, one prediction of a pool. One run, one thread.

What bayesian-linear does once a run, the directions of its pool, stands on a line of its own.

    python bench/posteriors.py          384-128-32 and 4096-2048-256, batch 32, four passes over the labels
"""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.base.seeding import torch_generator  # noqa: E402
from python_worker.context.context import Context  # noqa: E402
from python_worker.operations import posterior_fit, posterior_predict  # noqa: E402
from python_worker.posterior.bayesian_linear.spectrum import spectrum_of  # noqa: E402
from python_worker.protocol.messages import (  # noqa: E402
    BayesianLinearKind,
    ConstantNoise,
    DeepEnsembleKind,
    DistanceNoise,
    DropoutKind,
    HeadShape,
    LaplaceKind,
    LatentRewardKind,
    PosteriorFitParams,
    PosteriorPredictParams,
    StoreRef,
    TrainingSettings,
    VariationalKind,
)
from python_worker.store.feature_store import FeatureStore  # noqa: E402

Kind = BayesianLinearKind | DeepEnsembleKind | DropoutKind | LatentRewardKind | VariationalKind | LaplaceKind

_ID = "0" * 64
_STORE = StoreRef(path="-", id=_ID)
_KINDS: dict[str, Kind] = {
    "deep-ensemble": DeepEnsembleKind(members=5, initialisation="paper"),
    "mc-dropout": DropoutKind(rate=0.1, samples=5),
    "lru": LatentRewardKind(),
    "variational": VariationalKind(kl_weight=0.05, samples=5),
    "laplace": LaplaceKind(prior_precision=1.0, samples=20),
    "bayesian-linear": BayesianLinearKind(samples=32, rank=1024),
}
_TRAINING = TrainingSettings(
    lr=3e-5, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
    warmup_steps=5, batch=32, epochs=4, eval_every=100, patience=1000,
)  # fmt: skip


@dataclass(frozen=True)
class Size:
    """A head, and how many pairs a round has."""

    dimension: int
    layers: list[int]
    labelled: int
    validation: int
    pool: int


def compare(size: Size) -> None:
    """Prints a line a kind; every response occurs in one pair of the pool, as in most datasets."""
    context, rows = _world(size), np.arange(2 * size.pool, dtype=np.int32).reshape(-1, 2)
    validation = rows[size.labelled : size.labelled + size.validation]
    tensors = {"labelled": rows[: size.labelled], "validation": validation, "pool": rows}
    print(f"{size.dimension}-{'-'.join(map(str, size.layers))}: {size.labelled} labels, pool of {size.pool}")
    whole = None
    start = time.process_time()
    spectrum_of(_STORE, rows, 1024, context)
    print(f"  directions of the pool, once a run: {time.process_time() - start:.2f} s")
    for name, kind in _KINDS.items():
        start = time.process_time()
        handle = posterior_fit.run(_params(size, kind), tensors, context).data.posterior
        fitted = time.process_time()
        posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": rows}, context)
        fit, predict = fitted - start, time.process_time() - fitted
        whole = whole or fit + predict
        words = f"fit {fit:7.2f} s  predict {predict:6.2f} s  round {fit + predict:7.2f} s"
        print(f"  {name:<15} {words}  {(fit + predict) / whole:.2f} of the ensemble's")


def _world(size: Size) -> Context:
    context = Context.offline()
    features = torch.randn(2 * size.pool, size.dimension, generator=torch_generator(("bench", size.dimension)))
    context.state.stores[_ID] = FeatureStore(_ID, "-", features[:1], features)
    return context


def _params(size: Size, kind: Kind) -> PosteriorFitParams:
    head = HeadShape(layers=size.layers, activation="tanh", init="normal", init_scale=0.01)
    chooses = isinstance(kind, BayesianLinearKind)
    noise = DistanceNoise(exponents=[0, 0.5, 1], typical=20.0, folds=5) if chooses else ConstantNoise()
    return PosteriorFitParams(
        store=_STORE, kind=kind, noise=noise, folds=None, ties=0.0, head=head, training=_TRAINING, seed=9, round=0
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    compare(Size(384, [128, 32], labelled=1600, validation=1000, pool=20_000))
    compare(Size(4096, [2048, 256], labelled=640, validation=200, pool=4000))
