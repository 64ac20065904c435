"""Hidden states of a batch, and which of them belong to which text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch

from ...features.token_entropy import LogitsOf, entropy_statistics


@dataclass(frozen=True)
class Hidden:
    """States (B, T, D) by layer (None: after the final norm); rows hold up to M sequences each.

    member_bmt: bool, the tokens of each; last_bm: the index of its last one; depth_bt: positions of tokens;
    begin_bm, end_bm: positions that count for entropies; row_s, slot_s: where sequence s stands.
    """

    states: Mapping[int | None, torch.Tensor]
    member_bmt: torch.Tensor
    last_bm: torch.Tensor
    depth_bt: torch.Tensor
    begin_bm: torch.Tensor
    end_bm: torch.Tensor
    row_s: torch.Tensor
    slot_s: torch.Tensor


def last_token(hidden: Hidden, layer: int | None) -> torch.Tensor:
    """State of the last token of each sequence, (S, D) in the states' type."""
    return hidden.states[layer][hidden.row_s, hidden.last_bm[hidden.row_s, hidden.slot_s]]


def mean(hidden: Hidden, layer: int | None) -> torch.Tensor:
    """Mean state over the tokens of each sequence, float32 (S, D), not normalised."""
    weight_bmt = hidden.member_bmt.float()
    sum_bmd = torch.bmm(weight_bmt, hidden.states[layer].float())
    mean_bmd = sum_bmd / weight_bmt.sum(dim=2, keepdim=True).clamp(min=1)
    return mean_bmd[hidden.row_s, hidden.slot_s]


POOLINGS: Mapping[str, Callable[[Hidden, int | None], torch.Tensor]] = {"last-token": last_token, "mean": mean}


def entropies(hidden: Hidden, logits_of: LogitsOf, vocabulary: int) -> torch.Tensor:
    """Statistics of each sequence over its positions that count, float64 (S, 4), as `entropy_statistics` has them."""
    depth_b1t = hidden.depth_bt.unsqueeze(1)
    inside_bmt = (depth_b1t >= hidden.begin_bm.unsqueeze(2)) & (depth_b1t < hidden.end_bm.unsqueeze(2))
    statistics_bm4 = entropy_statistics(hidden.states[None], hidden.member_bmt & inside_bmt, logits_of, vocabulary)
    return statistics_bm4[hidden.row_s, hidden.slot_s]
