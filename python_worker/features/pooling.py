"""One vector per text from the hidden states of its tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import torch


def last_token(hidden_btd: torch.Tensor, mask_bt: torch.Tensor) -> torch.Tensor:
    """State of the last real token, (B, D) in the states' type; padding may stand on either side."""
    positions_t = torch.arange(mask_bt.shape[1], device=mask_bt.device)
    last_b = (positions_t * (mask_bt != 0)).argmax(dim=1)
    rows_b = torch.arange(hidden_btd.shape[0], device=hidden_btd.device)
    return hidden_btd[rows_b, last_b]


def mean(hidden_btd: torch.Tensor, mask_bt: torch.Tensor) -> torch.Tensor:
    """Mean state over real tokens, float32 (B, D), not normalised."""
    weights_bt1 = (mask_bt != 0).unsqueeze(-1).float()
    return (hidden_btd.float() * weights_bt1).sum(dim=1) / weights_bt1.sum(dim=1)


POOLINGS: Mapping[str, Callable[[torch.Tensor, torch.Tensor], torch.Tensor]] = {
    "last-token": last_token,
    "mean": mean,
}
