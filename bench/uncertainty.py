"""Time and peak memory of next-token entropies over a large vocabulary, beside one log-softmax over all positions.

    python bench/uncertainty.py [tokens] [vocabulary] [hidden] [device]          2000 131072 16 cpu unless told
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.features.token_entropy import next_token_entropies  # noqa: E402

_MIB = 1 << 20


def chunked(states_nd: torch.Tensor, head: torch.nn.Linear) -> torch.Tensor:
    return next_token_entropies(states_nd, head, head.out_features)


def at_once(states_nd: torch.Tensor, head: torch.nn.Linear) -> torch.Tensor:
    log_p_nv = head(states_nd).float().log_softmax(dim=1)
    return -(log_p_nv.exp() * log_p_nv).sum(dim=1, dtype=torch.float64) / torch.tensor(2.0).log().item()


METHODS: dict[str, Callable[[torch.Tensor, torch.nn.Linear], torch.Tensor]] = {"chunked": chunked, "at once": at_once}


@torch.inference_mode()
def measure(method: str, tokens: int, vocabulary: int, hidden: int, device: str) -> tuple[float, float, float]:
    """Seconds, MiB beyond states and head at the peak, and the sum of the entropies in bits."""
    generator = torch.Generator().manual_seed(3)
    head = torch.nn.Linear(hidden, vocabulary, bias=False)
    head.weight.copy_(torch.randn(vocabulary, hidden, generator=generator))
    head, states_nd = head.to(device), torch.randn(tokens, hidden, generator=generator).to(device)
    METHODS[method](states_nd[:2], head)
    before = _peak_mib(device)
    start = time.perf_counter()
    total = METHODS[method](states_nd, head).sum().item()
    return time.perf_counter() - start, _peak_mib(device) - before, total


def _peak_mib(device: str) -> float:
    if device.startswith("cuda"):
        return torch.cuda.max_memory_allocated() / _MIB
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    sizes = [int(argument) for argument in sys.argv[1:4]]
    tokens, vocabulary, hidden = sizes + [2000, 131072, 16][len(sizes) :]
    device = sys.argv[4] if len(sys.argv) > 4 else "cpu"
    print(f"{tokens} tokens, {vocabulary} vocabulary, {hidden} hidden, {device}, {torch.get_num_threads()} threads")
    for method in METHODS:
        # A process of its own: the peak of a process never falls.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            seconds, mib, bits = pool.apply(measure, (method, tokens, vocabulary, hidden, device))
        print(f"{method:8} {seconds:6.2f} s  {mib:8.0f} MiB extra  {bits:.6f} bits")


if __name__ == "__main__":
    main()
