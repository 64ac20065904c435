"""Rewards of texts under an adapted model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ...features.batches import pad_batch, plan_batches
from ...features.pooling import POOLINGS
from .backbone import Backbone


def rewards_of_batch(whole: Any, backbone: Backbone, head_d: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
    """Rewards (B,) of some responses, in one pass where the model keeps texts apart; gradients flow where they are recorded."""
    if not backbone.texts_apart and len(rows) > 1:
        return torch.cat([rewards_of_batch(whole, backbone, head_d, rows[index : index + 1]) for index in range(len(rows))])
    backbone.fresh.restore()
    device = backbone.model.device
    ids_bt, mask_bt = (
        torch.from_numpy(array).to(device) for array in pad_batch(backbone.responses, rows, backbone.model.pad_id)
    )
    hidden_btd = whole(input_ids=ids_bt, attention_mask=mask_bt).last_hidden_state
    return POOLINGS[backbone.pooling](hidden_btd, mask_bt).float() @ head_d


@torch.no_grad()
def score_rows(
    whole: Any,
    backbone: Backbone,
    head_d: torch.Tensor,
    rows_n: np.ndarray,
    token_budget: int,
    check: Callable[[], None],
) -> torch.Tensor:
    """Rewards (N,) of responses, in batches of about `token_budget` tokens, the longest texts first."""
    rewards_n = torch.empty(len(rows_n), device=head_d.device)
    for batch in plan_batches(backbone.responses.lengths[rows_n], token_budget):
        check()
        rewards_n[torch.from_numpy(batch)] = rewards_of_batch(whole, backbone, head_d, rows_n[batch])
    return rewards_n
