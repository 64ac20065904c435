"""Which way a model may be run, found by trying them on a few of its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import isfinite

import numpy as np
import torch

from ..errors import WorkerError, invalid_argument
from ..features.model import EmbeddingModel
from ..out_of_memory import free_memory_of, memory_code, release_memory
from ..protocol.error_codes import ErrorCode
from .hidden import POOLINGS
from .reading_model import ReadingModel
from .text_too_long import text_too_long
from .unit import PartTokens
from .ways import WAYS, Layers, Way

# Relative differences in float32 that rounding makes.
_SAME = 1e-5
# A batch of this many texts tells whether texts of one batch are kept apart; more would take memory for nothing.
_TEXTS_TOGETHER = 4
# In narrower types a way may differ from single texts this many times as much as padded batches of them do.
_AS_ROUNDING = 2.0
_OUT_OF_MEMORY = (ErrorCode.OOM_GPU, ErrorCode.OOM_CPU)


@dataclass(frozen=True)
class WayCheck:
    """The way taken, the type it was checked in, and per way tried the largest relative difference to single texts.

    A difference of infinity stands for a way that the model cannot be run.
    """

    way: str
    dtype: str
    differences: Mapping[str, float]


def choose_way(model: ReadingModel, sample: PartTokens, layers: Layers, wanted: str = "auto") -> WayCheck:
    """The first of tree, prefix cache and buckets that gives the states of texts run one by one.

    Checked in float32 where a copy of the model in it fits into memory, else in its own type against the rounding of
    padded batches. Raises INVALID_ARGUMENT where `wanted` is a way that does not.
    """
    names = [name for name in WAYS if wanted in ("auto", name) or name == "buckets"]
    if model.sees_ahead:
        names = ["buckets"]
    dtype, differences = _try_ways(model, sample, layers, names)
    limit = _SAME if dtype in ("float32", "float64") else _AS_ROUNDING * differences["buckets"]
    usable = [name for name in names if name == "buckets" or (differences[name] <= limit and isfinite(differences[name]))]
    if wanted != "auto" and wanted not in usable:
        raise _unusable(wanted, differences.get(wanted), limit)
    return WayCheck(usable[0] if wanted == "auto" else wanted, dtype, differences)


def _try_ways(
    model: ReadingModel, sample: PartTokens, layers: Layers, names: Sequence[str]
) -> tuple[str, dict[str, float]]:
    """The type it was tried in, and differences by way. Raises OOM_GPU, OOM_CPU where a single text does not fit."""
    with _in_float32(model) as checked:
        try:
            return _differences(checked, sample, layers, names)
        except WorkerError as error:
            if checked is model or error.code not in _OUT_OF_MEMORY:
                raise
            free_memory_of(error)
    return _differences(model, sample, layers, names)


def _differences(
    model: ReadingModel, sample: PartTokens, layers: Layers, names: Sequence[str]
) -> tuple[str, dict[str, float]]:
    alone = _states_alone(model, sample, layers)
    dtype = str(model.dtype).removeprefix("torch.")
    return dtype, {name: _difference(WAYS[name], model, sample, layers, alone) for name in names}


def _unusable(wanted: str, difference: float | None, limit: float) -> WorkerError:
    found = "its tokens see those after them" if difference is None else f"states differ by {difference:.1e} from those of single texts"
    return invalid_argument(f"Cannot run the model in the way '{wanted}': {found}, at most {limit:.0e} is needed (or 'auto')")


def with_branches(sample: PartTokens) -> PartTokens:
    """The sample and a group of made-up texts that begin alike, so that every way has something to tell apart."""
    known = np.unique(np.concatenate(sample.sequences))
    ids = known[np.arange(24) * 7 % len(known)]
    made_up = [ids[:12], ids[:16], np.concatenate([ids[:12], ids[18:24]]), np.concatenate([ids[:5], ids[9:20]])]
    longest = max(map(len, sample.sequences))
    added = [sequence[:longest].astype(np.int32) for sequence in made_up]
    begin = len(sample.sequences)
    counted = np.array([(0, len(sequence)) for sequence in added])
    return PartTokens(
        [*sample.sequences, *added],
        [*sample.groups, np.arange(begin, begin + len(added))],
        np.concatenate([sample.counted, counted]),
    )


@contextmanager
def _in_float32(model: ReadingModel) -> Iterator[ReadingModel]:
    """The model in float32: a copy where it is in a narrower type and memory allows; else the model itself."""
    copy = None if model.dtype in (torch.float32, torch.float64) else _copy_in_float32(model)
    try:
        yield model if copy is None else copy
    finally:
        if copy is not None:
            del copy
            release_memory()


def _copy_in_float32(model: ReadingModel) -> ReadingModel | None:
    import copy

    if getattr(model.network, "hf_device_map", None) or getattr(model.network, "is_quantized", False):
        return None
    try:
        network = copy.deepcopy(model.network).float()
    except (MemoryError, RuntimeError) as error:
        if memory_code(error) is None:
            raise
        release_memory()
        return None
    loaded = EmbeddingModel(network, model.tokenizer, model.device, model.pad_id, model.loaded.max_positions)
    return ReadingModel(loaded, model.sees_ahead)


@torch.inference_mode()
def _states_alone(model: ReadingModel, sample: PartTokens, layers: Layers) -> torch.Tensor:
    """What is pooled of each text run by itself, (sequences, layers × poolings × D). Raises OOM_GPU, OOM_CPU."""
    rows = []
    for sequence in sample.sequences:
        try:
            rows.append(_pool_alone(model, sequence, layers))
        except (MemoryError, RuntimeError) as error:
            code = memory_code(error)
            if code is None:
                raise
            raise text_too_long(code, len(sequence)) from error
    return torch.stack(rows).float()


def _pool_alone(model: ReadingModel, sequence: np.ndarray, layers: Layers) -> torch.Tensor:
    ids_1t = torch.from_numpy(sequence.astype(np.int64)).unsqueeze(0).to(model.device)
    usual = {} if model.sees_ahead else {"use_cache": False}
    output = model.network(
        input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t), output_hidden_states=True, **usual
    )
    states = [output.last_hidden_state if layer is None else output.hidden_states[layer] for layer in layers]
    return torch.cat([pooled for state_1td in states for pooled in (state_1td[0, -1], state_1td[0].mean(0))])


def _difference(way: Way, model: ReadingModel, sample: PartTokens, layers: Layers, alone_sf: torch.Tensor) -> float:
    longest = max(map(len, sample.sequences))
    for texts in (_TEXTS_TOGETHER, 1):
        try:
            return _largest_relative(_states_together(way, model, sample, layers, texts * longest), alone_sf)
        except Exception as error:
            # What a model makes of inputs it was not written for is not known beforehand; memory is another matter.
            if memory_code(error) is None:
                break
            free_memory_of(error)
    return float("inf")


@torch.inference_mode()
def _states_together(
    way: Way, model: ReadingModel, sample: PartTokens, layers: Layers, token_budget: int
) -> torch.Tensor:
    """What is pooled of each text, as in `_states_alone`."""
    found: dict[int, torch.Tensor] = {}
    for units in way.plan(sample, token_budget):
        launched = way.run(model, units, layers)
        pooled = [POOLINGS[name](launched.hidden, layer) for layer in layers for name in ("last-token", "mean")]
        found |= zip(launched.sequences.tolist(), torch.cat([each.float() for each in pooled], dim=1), strict=True)
    return torch.stack([found[number] for number in range(len(sample.sequences))])


def _largest_relative(found_sf: torch.Tensor, expected_sf: torch.Tensor) -> float:
    """Largest ‖found − expected‖ / ‖expected‖ of a text; texts that are not finite alone are told of later."""
    finite_s = torch.isfinite(expected_sf).all(dim=1)
    if not bool(finite_s.any()):
        return 0.0
    found_sf, expected_sf = found_sf[finite_s].double(), expected_sf[finite_s].double()
    relative_s = (found_sf - expected_sf).norm(dim=1) / expected_sf.norm(dim=1).clamp(min=1e-30)
    return float(torch.nan_to_num(relative_s, nan=torch.inf).max())


def sample_groups(tokens: Sequence[PartTokens]) -> PartTokens:
    """Several parts' tokens as one."""
    offset, sequences, groups = 0, [], []
    for part in tokens:
        groups += [group + offset for group in part.groups]
        sequences += part.sequences
        offset += len(part.sequences)
    return PartTokens(sequences, groups, np.concatenate([part.counted for part in tokens]))
