"""How long the choices of space.spread, space.log-det and space.cluster take: 4,096 candidates, 320 picks.

`python bench/spaces.py [ACQUIRED]` with one thread; features are random, the cost does not depend on them.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.context.context import Context  # noqa: E402
from python_worker.spaces.k_means import k_means  # noqa: E402
from python_worker.spaces.log_det import greedy_log_det  # noqa: E402
from python_worker.spaces.points import Points  # noqa: E402
from python_worker.spaces.spread import spread  # noqa: E402

CANDIDATES, PICKS = 4096, 320
ACQUIRED = int(sys.argv[1]) if len(sys.argv) > 1 else 9600


def seconds(act: Callable[[], object]) -> str:
    """Wall-clock time of one call."""
    begun = time.perf_counter()
    act()
    return f"{time.perf_counter() - begun:.1f} s"


def main() -> None:
    """Prints a line a choice and dimension."""
    torch.set_num_threads(1)
    context, draws = Context.offline(), np.random.default_rng(1).random(500)
    for dimension in (256, 384, 4096):
        generator = torch.Generator().manual_seed(dimension)
        candidates = torch.randn(CANDIDATES, dimension, generator=generator)
        acquired = torch.randn(ACQUIRED, dimension, generator=generator)
        chosen = {
            "k-center": lambda c=candidates, a=acquired: spread(Points(c), a, PICKS, None, context),
            "badge": lambda c=candidates, a=acquired: spread(Points(c), a[:0], PICKS, draws, context),
            "d-optimal": lambda c=candidates, a=acquired: greedy_log_det(c, a, 1.0, PICKS, context),
        }
        for name, act in chosen.items():
            print(f"{name}, {CANDIDATES} candidates x {dimension}, {ACQUIRED} acquired: {seconds(act)}", flush=True)
    for rows, dimension in ((18_000, 384), (92_000, 384), (18_000, 4096)):
        prompts = torch.randn(rows, dimension, generator=torch.Generator().manual_seed(rows))
        learnt_on = np.arange(CANDIDATES, dtype=np.int32)
        took = seconds(lambda p=prompts, on=learnt_on: k_means(p, on, draws, 10, context))
        print(f"typiclust, {rows} prompts x {dimension}, 500 clusters: {took}", flush=True)


if __name__ == "__main__":
    main()
