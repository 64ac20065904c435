"""A round (fit and predict) of the Laplace posterior and of the deep ensemble, on one thread, by CPU time.

    python bench/laplace.py             384-128-32 and 4096-2048-256, batch 32, 5 members against 20 samples
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.context import Context  # noqa: E402
from python_worker.operations import posterior_fit, posterior_predict  # noqa: E402
from python_worker.protocol.messages import (  # noqa: E402
    DeepEnsembleKind,
    HeadShape,
    LaplaceKind,
    PosteriorFitParams,
    PosteriorPredictParams,
    StoreRef,
    TrainingSettings,
)
from python_worker.seeding import torch_generator  # noqa: E402
from python_worker.store.feature_store import FeatureStore  # noqa: E402

_STORE = StoreRef(path="-", id="0" * 64)
_KINDS = {
    "deep-ensemble": DeepEnsembleKind(members=5, initialisation="paper"),
    "laplace": LaplaceKind(prior_precision=1.0, samples=20),
}


def compare(dimension: int, layers: list[int], labelled: int, pool: int) -> None:
    """Prints seconds of CPU a round of each kind takes, and the ratio of the two."""
    generator = torch_generator(("bench", dimension))
    features = torch.randn(2 * (labelled + pool), dimension, generator=generator)
    rewards = features @ torch.randn(dimension, generator=generator)
    rows = torch.arange(len(features)).view(-1, 2)
    pairs = torch.where((rewards[rows[:, :1]] > rewards[rows[:, 1:]]), rows, rows.flip(1)).numpy().astype(np.int32)
    seconds = {}
    for name, kind in _KINDS.items():
        params = PosteriorFitParams(
            store=_STORE, kind=kind, training=_settings(), seed=9, round=0,
            head=HeadShape(layers=layers, activation="tanh", init="xavier_normal", init_scale=0.01),
        )  # fmt: skip
        seconds[name] = _round_seconds(params, features, (pairs[:labelled], pairs[labelled:]))
    figures = "  ".join(f"{name} {fit:.2f} + {predict:.2f} s" for name, (fit, predict) in seconds.items())
    ratio = sum(seconds["laplace"]) / sum(seconds["deep-ensemble"])
    print(f"{dimension}-{'-'.join(map(str, layers))}  {labelled} labelled, {pool} predicted  {figures}  ratio {ratio:.2f}")


def _settings() -> TrainingSettings:
    return TrainingSettings(
        lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
        warmup_steps=5, batch=32, epochs=4, eval_every=100, patience=3,
    )  # fmt: skip


def _round_seconds(
    params: PosteriorFitParams, features: torch.Tensor, pairs: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    """CPU seconds of a fit on the first pairs without early stopping, and of a prediction of the others."""
    context = Context.offline()
    context.state.stores[_STORE.id] = FeatureStore(_STORE.id, "-", features[:1], features)
    tensors = {"labelled": pairs[0], "validation": np.empty((0, 2), np.int32)}
    begun = time.process_time()
    handle = posterior_fit.run(params, tensors, context).data.posterior
    fitted = time.process_time()
    posterior_predict.run(PosteriorPredictParams(posterior=handle), {"pairs": pairs[1]}, context)
    return fitted - begun, time.process_time() - fitted


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"batch 32, 4 epochs, one thread, torch {torch.__version__}")
    compare(384, [128, 32], labelled=1600, pool=20_000)
    compare(4096, [2048, 256], labelled=640, pool=4_000)
    compare(4096, [], labelled=640, pool=4_000)
