"""Whether a model's tokens see those after them."""

from __future__ import annotations

import numpy as np
import torch

from ..texts.tokens import TokenRows
from .device_map import input_device

_SAME = {torch.float64: 1e-8, torch.float32: 1e-4}
_SAME_IN_OTHERS = 5e-3


@torch.inference_mode()
def looks_ahead(model: torch.nn.Module, first: int, second: int, third: int) -> bool:
    """Whether the first token's state changes with the second token: False for a causal model.

    Tried on the token ids (first, second) and (first, third), not read from the config: causal language models are
    also published as encoders with the mask taken out, under the same architecture name.
    """
    states = [_first_state(model, first, other) for other in (second, third)]
    change = (states[0].float() - states[1].float()).norm() / states[0].float().norm()
    return bool(change > _SAME.get(states[0].dtype, _SAME_IN_OTHERS))


def probe_tokens(tokens: TokenRows) -> tuple[int, int, int]:
    """Three different token ids for `looks_ahead`, two of them from the longest text where it has as many."""
    ids = np.unique(tokens.row(int(tokens.lengths.argmax())))
    first, second = int(ids[0]), int(ids[-1])
    return first, second, next(other for other in range(3) if other not in (first, second))


def _first_state(model: torch.nn.Module, *ids: int) -> torch.Tensor:
    ids_bt = torch.tensor([ids], device=input_device(model))
    return model(input_ids=ids_bt, attention_mask=torch.ones_like(ids_bt)).last_hidden_state[0, 0]
