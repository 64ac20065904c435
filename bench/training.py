"""Ensemble training against a plain sequential PyTorch loop, in one run on one thread, by CPU time.

    python bench/training.py            4096-2048-256 and 384-128-32, 5 members, batch 32
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.base.seeding import torch_generator  # noqa: E402
from python_worker.context.context import Context  # noqa: E402
from python_worker.posterior.heads.initial_weights import Layer, initial_weights  # noqa: E402
from python_worker.posterior.heads.reward_heads import RewardHeads  # noqa: E402
from python_worker.posterior.pairs.pair_features import PairFeatures  # noqa: E402
from python_worker.posterior.training.fit_ensemble import Fit, fit_ensemble  # noqa: E402
from python_worker.posterior.training.learning_rate import learning_rate  # noqa: E402
from python_worker.posterior.training.member_streams import MemberStreams  # noqa: E402
from python_worker.protocol.messages import HeadShape, TrainingSettings  # noqa: E402

_T = TypeVar("_T")
_MEMBERS = 5
_STREAMS = MemberStreams(seed=9, round=0)


def compare(dimension: int, layers: list[int], pairs: int, epochs: int) -> None:
    """Trains both ways; prints milliseconds of CPU a member-step, their ratio, the largest difference of a weight."""
    head = HeadShape(layers=layers, activation="tanh", init="normal", init_scale=0.01)
    settings = _settings(epochs)
    features = torch.randn(2 * pairs, dimension, generator=torch_generator(("bench", dimension)))
    initial = [initial_weights(head, dimension, _STREAMS.initial(member)) for member in range(_MEMBERS)]
    ours, seconds = _timed(lambda: _fit_together(features, initial, settings))
    loops, loop_seconds = _timed(lambda: [_fit_alone(features, initial, settings, m) for m in range(_MEMBERS)])
    steps = _MEMBERS * epochs * -(-pairs // settings.batch)
    print(
        f"{dimension}-{'-'.join(map(str, layers))}  {steps} member-steps  "
        f"loop {1e3 * loop_seconds / steps:.2f} ms  stacked {1e3 * seconds / steps:.2f} ms  "
        f"ratio {loop_seconds / seconds:.2f}  largest weight difference {_largest_difference(ours, loops):.1e}"
    )


def _settings(epochs: int) -> TrainingSettings:
    return TrainingSettings(
        lr=3e-5, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
        warmup_steps=5, batch=32, epochs=epochs, eval_every=100, patience=3,
    )  # fmt: skip


def _timed(work: Callable[[], _T]) -> tuple[_T, float]:
    """The result and the seconds of CPU it took: on one thread the fair measure beside other work."""
    start = time.process_time()
    result = work()
    return result, time.process_time() - start


def _fit_together(features: torch.Tensor, initial: list[list[Layer]], settings: TrainingSettings) -> RewardHeads:
    pairs = torch.arange(len(features)).view(2, -1).T
    labelled, nothing = PairFeatures(features, pairs), PairFeatures(features[:0], pairs[:0])
    fit = Fit(initial, "tanh", labelled, nothing, settings, lambda m, e: _STREAMS.order(m, e, len(pairs)))
    return fit_ensemble(fit, Context.offline()).heads


def _fit_alone(
    features: torch.Tensor, initial: list[list[Layer]], settings: TrainingSettings, member: int
) -> torch.nn.Sequential:
    """The loop one writes first: autograd, clip_grad_norm_, default AdamW."""
    net = _as_module(initial[member])
    chosen, rejected = features.chunk(2)
    optimizer = torch.optim.AdamW(net.parameters(), lr=settings.lr, weight_decay=0.0)
    total, step = settings.epochs * -(-len(chosen) // settings.batch), 0
    for epoch in range(settings.epochs):
        for batch in _STREAMS.order(member, epoch, len(chosen)).split(settings.batch):
            optimizer.param_groups[0]["lr"] = learning_rate(settings, step, total)
            optimizer.zero_grad()
            loss = -torch.nn.functional.logsigmoid(net(chosen[batch]) - net(rejected[batch])).mean()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), settings.clip_norm)
            optimizer.step()
            step += 1
    return net


def _as_module(layers: list[Layer]) -> torch.nn.Sequential:
    modules: list[torch.nn.Module] = []
    for weight, bias in layers:
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0])
        linear.weight.data.copy_(weight)
        linear.bias.data.copy_(bias)
        modules += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*modules[:-1])


def _largest_difference(heads: RewardHeads, loops: list[torch.nn.Sequential]) -> float:
    return max(
        float((heads.weights[layer][member] - module.weight.detach()).abs().max())
        for member, net in enumerate(loops)
        for layer, module in enumerate(net[::2])
    )


if __name__ == "__main__":
    torch.set_num_threads(1)
    print(f"{_MEMBERS} members, batch 32, one thread, torch {torch.__version__}")
    compare(384, [128, 32], pairs=1600, epochs=4)
    compare(4096, [2048, 256], pairs=640, epochs=3)
