"""Shannon entropies of next-token distributions, a few positions at a time."""

from __future__ import annotations

import math
from collections.abc import Callable

import torch

# Float32 logits held at once: 64 MiB. A 128k vocabulary goes 128 positions at a time.
CHUNK_ELEMENTS = 1 << 24


LogitsOf = Callable[[torch.Tensor], torch.Tensor]


def entropy_statistics(
    states_btd: torch.Tensor, counted_bmt: torch.Tensor, logits_of: LogitsOf, vocabulary: int
) -> torch.Tensor:
    """Sum, maximum, minimum (bits) and number of the positions that count, float64 (B, M, 4), for M texts a row.

    states_btd: last hidden states; counted_bmt: bool, which positions count for which text; logits_of: (N, D) → (N, V),
    asked once a position however many texts it counts for. A text with a logit that is NaN or +infinity has NaN for its
    sum; one of which no position counts has sum 0, maximum −infinity and minimum infinity.
    """
    any_bt = counted_bmt.any(dim=1)
    # Spread over positions again, so that sums have one order on every device.
    bits_bt = torch.zeros(any_bt.shape, dtype=torch.float64, device=states_btd.device)
    bits_bt[any_bt] = next_token_entropies(states_btd[any_bt], logits_of, vocabulary)
    bits_bmt = bits_bt.unsqueeze(1).expand(counted_bmt.shape)
    return torch.stack(
        [
            bits_bmt.masked_fill(~counted_bmt, 0).sum(dim=2),
            bits_bmt.masked_fill(~counted_bmt, -math.inf).amax(dim=2),
            bits_bmt.masked_fill(~counted_bmt, math.inf).amin(dim=2),
            counted_bmt.sum(dim=2).double(),
        ],
        dim=2,
    )


def next_token_entropies(states_nd: torch.Tensor, logits_of: LogitsOf, vocabulary: int) -> torch.Tensor:
    """Entropy in bits of the distribution after each state, float64 (N,); logits exist for one chunk at a time."""
    positions = max(1, CHUNK_ELEMENTS // vocabulary)
    chunks = [_entropies(logits_of(chunk_nd)) for chunk_nd in states_nd.split(positions)]
    return torch.cat(chunks) if chunks else torch.empty(0, dtype=torch.float64, device=states_nd.device)


def _entropies(logits_nv: torch.Tensor) -> torch.Tensor:
    """H = ln Σ eˢ − Σ s·eˢ / Σ eˢ with s = logit − maximum, summed in float64, in bits.

    The rounding of single terms averages out; a log-softmax in float32 would shift all terms by one error.
    """
    shifted_nv = logits_nv.float()
    shifted_nv = shifted_nv - shifted_nv.amax(dim=1, keepdim=True)
    # A token of no probability: 0 · (−infinity) would be NaN.
    shifted_nv.clamp_(min=torch.finfo(torch.float32).min)
    weights_nv = shifted_nv.exp()
    total_n = weights_nv.sum(dim=1, dtype=torch.float64)
    weighted_n = shifted_nv.mul_(weights_nv).sum(dim=1, dtype=torch.float64)
    return (total_n.log() - weighted_n / total_n).clamp(min=0) / math.log(2)
