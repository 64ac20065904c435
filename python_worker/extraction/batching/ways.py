"""The ways to run texts that begin alike through a model. All give the same states of a model they suit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .batch_arrays import BatchArrays, branch_units, pad_units, to_device
from .hidden import Hidden
from .reading_model import Layers, ReadingModel
from .unit import PartTokens, Unit, batches_of, units_of_groups, units_of_sequences


@dataclass(frozen=True)
class Launched:
    """States on the device, sequences in the part they belong to, real tokens, and positions with padding."""

    hidden: Hidden
    sequences: np.ndarray
    tokens: int
    positions: int


@dataclass(frozen=True)
class Way:
    """`plan` makes batches of a part; `run` sends one through the model, whose tokens see those after them or not.

    shares_prompts: a prompt is run once for all its answers, and not once with each.
    """

    name: str
    shares_prompts: bool
    plan: Callable[[PartTokens, int], list[list[Unit]]]
    run: Callable[[ReadingModel, Sequence[Unit], Layers], Launched]


def _plan_trees(tokens: PartTokens, token_budget: int) -> list[list[Unit]]:
    units = units_of_groups(tokens, token_budget)
    return batches_of(units, np.array([len(unit) for unit in units]), token_budget)


def _run_trees(model: ReadingModel, units: Sequence[Unit], layers: Layers) -> Launched:
    """Every group is one packed sequence; a 4-d mask keeps its answers apart."""
    # Kernels for masked attention want rows of 16 bytes.
    arrays = pad_units(units, model.pad_id, 8 if model.device.type == "cuda" else 1)
    ids_bt, depth_bt, end_bt = (to_device(array, model.device) for array in (arrays.ids, arrays.depths, arrays.ends))
    mask_b1tt = _tree_mask(end_bt, model.dtype)
    states = model.states(layers, input_ids=ids_bt, attention_mask=mask_b1tt, position_ids=depth_bt)
    return _launched(model, arrays, states, depth_bt, end_bt)


def _tree_mask(end_bt: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    index_t = torch.arange(end_bt.shape[1], device=end_bt.device)
    sees_btt = (index_t <= index_t.unsqueeze(1)) & (end_bt.unsqueeze(1) > index_t.unsqueeze(1))
    zero = torch.zeros((), dtype=dtype, device=end_bt.device)
    return torch.where(sees_btt, zero, torch.finfo(dtype).min).unsqueeze(1)


def _plan_sequences(tokens: PartTokens, token_budget: int) -> list[list[Unit]]:
    units = units_of_sequences(tokens)
    return batches_of(units, np.array([len(unit) for unit in units]), token_budget)


def _plan_singles(tokens: PartTokens, token_budget: int) -> list[list[Unit]]:
    return [[unit] for batch in _plan_sequences(tokens, token_budget) for unit in batch]


def _run_buckets(model: ReadingModel, units: Sequence[Unit], layers: Layers) -> Launched:
    """Every text is a row of its own, beside others of about its length."""
    arrays = pad_units(units, model.pad_id)
    ids_bt, depth_bt, end_bt = (to_device(array, model.device) for array in (arrays.ids, arrays.depths, arrays.ends))
    length_b1 = to_device(arrays.lengths, model.device).unsqueeze(1)
    mask_bt = (torch.arange(ids_bt.shape[1], device=model.device) < length_b1).long()
    # A causal model's tokens never see padding on the right, and without a mask its faster kernels serve.
    masks = {"attention_mask": mask_bt} if model.sees_ahead else {}
    states = model.states(layers, input_ids=ids_bt, **masks)
    return _launched(model, arrays, states, depth_bt, end_bt)


def _plan_branches(tokens: PartTokens, token_budget: int) -> list[list[Unit]]:
    units = units_of_groups(tokens, token_budget)
    # What is kept of the prompt is there once for every answer.
    sizes = np.array([len(unit.sequences) * (int(unit.tree.depths.max()) + 1) for unit in units])
    return batches_of(units, sizes, token_budget)


def _run_branches(model: ReadingModel, units: Sequence[Unit], layers: Layers) -> Launched:
    """Prompts first; then all answers, each from what the model keeps of its prompt. Prompts are padded on the left."""
    from transformers import DynamicCache

    arrays = pad_units(units, model.pad_id)
    trunks, branches = branch_units(units)
    trunk = _pad_trunks(units, trunks, model.pad_id)
    branch = _pad_branches(units, trunks, branches, model.pad_id)
    on_device = {name: to_device(array, model.device) for name, array in (trunk | branch).items()}
    row_s = to_device(arrays.row_s, model.device)
    cache = DynamicCache(config=model.network.config)
    first = model.states(
        layers, input_ids=on_device["trunk_ids"], attention_mask=on_device["trunk_mask"],
        position_ids=on_device["trunk_depths"], past_key_values=cache, use_cache=True,
    )  # fmt: skip
    cache.batch_select_indices(row_s)
    mask_st = torch.cat([on_device["trunk_mask"][row_s], on_device["branch_mask"]], dim=1)
    second = model.states(
        layers, input_ids=on_device["branch_ids"], attention_mask=mask_st,
        position_ids=on_device["branch_depths"], past_key_values=cache, use_cache=True,
    )  # fmt: skip
    states = {layer: torch.cat([first[layer][row_s], second[layer]], dim=1) for layer in layers}
    depth_st = torch.cat([on_device["trunk_depths"][row_s], on_device["branch_depths"]], dim=1)
    counted = [to_device(array[arrays.row_s, arrays.slot_s], model.device) for array in (arrays.count_begins, arrays.count_ends)]
    hidden = Hidden(
        states, member_bmt=mask_st.bool().unsqueeze(1), last_bm=on_device["branch_lasts"].unsqueeze(1), depth_bt=depth_st,
        begin_bm=counted[0].unsqueeze(1), end_bm=counted[1].unsqueeze(1),
        row_s=torch.arange(len(row_s), device=model.device), slot_s=torch.zeros_like(row_s),
    )  # fmt: skip
    positions = trunk["trunk_ids"].size + branch["branch_ids"].size
    return Launched(hidden, arrays.sequences, arrays.tokens, positions)


def _pad_trunks(units: Sequence[Unit], trunks: list[np.ndarray], pad_id: int) -> dict[str, np.ndarray]:
    width = max(len(trunk) for trunk in trunks)
    shape = (len(units), width)
    arrays = {
        "trunk_ids": np.full(shape, pad_id, np.int64),
        "trunk_mask": np.zeros(shape, np.int64),
        "trunk_depths": np.zeros(shape, np.int64),
    }
    for row, (unit, trunk) in enumerate(zip(units, trunks, strict=True)):
        begin = width - len(trunk)
        arrays["trunk_ids"][row, begin:] = unit.tree.ids[trunk]
        arrays["trunk_mask"][row, begin:] = 1
        arrays["trunk_depths"][row, begin:] = unit.tree.depths[trunk]
    return arrays


def _pad_branches(
    units: Sequence[Unit], trunks: list[np.ndarray], branches: list[list[np.ndarray]], pad_id: int
) -> dict[str, np.ndarray]:
    flat = [(unit, len(trunk), branch) for unit, trunk, many in zip(units, trunks, branches, strict=True) for branch in many]
    width = max(1, *(len(branch) for _unit, _trunk, branch in flat))
    before = max(len(trunk) for trunk in trunks)
    shape = (len(flat), width)
    arrays = {
        "branch_ids": np.full(shape, pad_id, np.int64),
        "branch_mask": np.zeros(shape, np.int64),
        # Padding stands at positions that the model has.
        "branch_depths": np.zeros(shape, np.int64),
        "branch_lasts": np.array([before + len(branch) - 1 for _unit, _trunk, branch in flat], dtype=np.int64),
    }
    for row, (unit, _trunk, branch) in enumerate(flat):
        arrays["branch_ids"][row, : len(branch)] = unit.tree.ids[branch]
        arrays["branch_mask"][row, : len(branch)] = 1
        arrays["branch_depths"][row, : len(branch)] = unit.tree.depths[branch]
    return arrays


def _launched(
    model: ReadingModel,
    arrays: BatchArrays,
    states: Mapping[int | None, torch.Tensor],
    depth_bt: torch.Tensor,
    end_bt: torch.Tensor,
) -> Launched:
    last_bm, begin_bm, count_bm, row_s, slot_s = (
        to_device(array, model.device)
        for array in (arrays.lasts, arrays.count_begins, arrays.count_ends, arrays.row_s, arrays.slot_s)
    )
    index_t = torch.arange(end_bt.shape[1], device=end_bt.device)
    member_bmt = (index_t <= last_bm.unsqueeze(2)) & (end_bt.unsqueeze(1) > last_bm.unsqueeze(2))
    hidden = Hidden(states, member_bmt, last_bm, depth_bt, begin_bm, count_bm, row_s, slot_s)
    return Launched(hidden, arrays.sequences, arrays.tokens, arrays.ids.size)


WAYS: Mapping[str, Way] = {
    "tree": Way("tree", True, _plan_trees, _run_trees),
    "prefix-cache": Way("prefix-cache", True, _plan_branches, _run_branches),
    "buckets": Way("buckets", False, _plan_sequences, _run_buckets),
    "singles": Way("singles", False, _plan_singles, _run_buckets),
}
