"""The arrays of one batch, made on the host and moved to the model's device."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from .unit import Unit, path_of


@dataclass(frozen=True)
class BatchArrays:
    """Trees padded on the right to one width.

    ids, depths, ends: int64 (B, T), padding sees itself alone; lasts, count_begins, count_ends: int64 (B, M), where
    each of up to M sequences of a row ends, and which of its positions count; row_s, slot_s: int64 (S,), its place in these;
    sequences: numbers in the part, int64 (S,); lengths: int64 (B,).
    """

    ids: np.ndarray
    depths: np.ndarray
    ends: np.ndarray
    lasts: np.ndarray
    count_begins: np.ndarray
    count_ends: np.ndarray
    row_s: np.ndarray
    slot_s: np.ndarray
    sequences: np.ndarray
    lengths: np.ndarray

    @property
    def tokens(self) -> int:
        """Tokens that are no padding."""
        return int(self.lengths.sum())


def pad_units(units: Sequence[Unit], pad_id: int, width_step: int = 1) -> BatchArrays:
    """The arrays of some units; the width is a multiple of `width_step`."""
    lengths = np.array([len(unit) for unit in units], dtype=np.int64)
    width = -(-int(lengths.max()) // width_step) * width_step
    slots = max(len(unit.sequences) for unit in units)
    shape = (len(units), width)
    ids, depths = np.full(shape, pad_id, dtype=np.int64), np.zeros(shape, dtype=np.int64)
    ends = np.tile(np.arange(1, width + 1), (len(units), 1))
    lasts, count_begins, count_ends = (np.zeros((len(units), slots), dtype=np.int64) for _ in range(3))
    for row, unit in enumerate(units):
        size, many = len(unit), len(unit.sequences)
        ids[row, :size], depths[row, :size], ends[row, :size] = unit.tree.ids, unit.tree.depths, unit.tree.ends
        lasts[row, :many] = unit.tree.lasts
        count_begins[row, :many], count_ends[row, :many] = unit.counted[:, 0], unit.counted[:, 1]
    row_s = np.repeat(np.arange(len(units)), [len(unit.sequences) for unit in units])
    slot_s = np.concatenate([np.arange(len(unit.sequences)) for unit in units])
    sequences = np.concatenate([unit.sequences for unit in units])
    return BatchArrays(ids, depths, ends, lasts, count_begins, count_ends, row_s, slot_s, sequences, lengths)


def branch_units(units: Sequence[Unit]) -> tuple[list[np.ndarray], list[list[np.ndarray]]]:
    """Of each unit the indices of the tokens all its sequences begin with, and of those after them, by sequence."""
    trunks, branches = [], []
    for unit in units:
        lasts = unit.tree.lasts
        size = int((unit.tree.ends[: lasts.min() + 1] > lasts.max()).sum())
        trunks.append(np.arange(size))
        branches.append([path_of(unit.tree, last)[size:] for last in unit.tree.lasts])
    return trunks, branches


def to_device(array: np.ndarray, device: torch.device) -> torch.Tensor:
    """A copy that a GPU makes beside its work."""
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)
