"""Which way a model may be run, found by trying them on a few of its texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import torch

from ...base.errors import WorkerError, invalid_argument, invalid_data
from ...base.out_of_memory import free_memory_of, memory_code, release_memory
from ...models.fresh_state import FreshState
from ...models.model import EmbeddingModel
from ...protocol.error_codes import ErrorCode
from ..batching.last_block import LastBlock
from ..batching.reading_model import Layers, ReadingModel
from ..batching.unit import PartTokens
from ..batching.ways import WAYS
from .compare_ways import Comparison, compare_alone
from .full_batch import FullBatch, full_difference

# Relative differences in float32 that rounding makes where texts share one sequence …
_SAME = 1e-5
# … and where they share a batch alone, by the type the model computes in: what `features verify` allows.
_ROUNDING = {"float64": 1e-4, "float32": 1e-4, "float16": 2e-2, "bfloat16": 1e-1}
# Weights in 8 bits are rounded with what else is in the batch.
_QUANTISED = 1e-1
# In narrower types a way may differ from single texts this many times as much as padded batches of them do.
_AS_ROUNDING = 2.0
_LAST_RESORT = "singles"
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
    """The first of tree, prefix cache, buckets and single texts that gives the states of texts run one by one.

    Checked in float32 where a copy of the model in it fits into memory, else in its own type against the rounding of
    padded batches. Raises INVALID_ARGUMENT where `wanted` is a way that does not, INVALID_DATA where none does: then a
    text's states depend on more than the text.
    """
    with _in_float32(model) as checked:
        try:
            return _try_ways(compare_alone(checked, sample, layers), wanted)
        except WorkerError as error:
            if checked is model or error.code not in _OUT_OF_MEMORY:
                raise
            free_memory_of(error)
    return _try_ways(compare_alone(model, sample, layers), wanted)


def check_full_batch(
    model: ReadingModel, sample: PartTokens, layers: Layers, check: WayCheck, full: FullBatch, wanted: str = "auto"
) -> WayCheck:
    """The same check where the way taken is right in a full batch too, else that of single texts.

    Raises as `choose_way`.
    """
    if check.way == _LAST_RESORT:
        return check
    difference = full_difference(model, sample, layers, WAYS[check.way], full)
    allowed = _rounding(model, str(model.dtype).removeprefix("torch."))
    if difference <= allowed:
        return check
    differences = {**check.differences, check.way: difference}
    if wanted != "auto":
        raise _unusable(model, wanted, differences, {wanted: allowed})
    singles = choose_way(model, sample, layers, _LAST_RESORT)
    return replace(singles, differences={**differences, **singles.differences})


def _try_ways(comparison: Comparison, wanted: str) -> WayCheck:
    """Takes the first way that is close enough in planned batches and in mixed ones."""
    model = comparison.model
    dtype = str(model.dtype).removeprefix("torch.")
    names = _names(model, wanted)
    differences = {name: comparison.difference(WAYS[name]) for name in names if name != _LAST_RESORT}
    limits = _limits(model, dtype, differences)
    for name in (each for each in names if wanted in ("auto", each)):
        if name == _LAST_RESORT:
            differences[name] = comparison.difference(WAYS[name])
        if differences[name] <= limits[name]:
            mixed = comparison.mixed_difference(WAYS[name])
            if mixed <= limits[name]:
                return WayCheck(name, dtype, differences)
            differences[name] = mixed
    raise _unusable(model, wanted, differences, limits)


def _names(model: ReadingModel, wanted: str) -> list[str]:
    """What is tried in turn; padded batches tell of rounding and are tried for every other way but the last resort."""
    if wanted == _LAST_RESORT:
        return [_LAST_RESORT]
    if model.sees_ahead:
        return ["buckets", *([_LAST_RESORT] if wanted == "auto" else [])]
    return [name for name in WAYS if wanted in ("auto", name) or name == "buckets"]


def _limits(model: ReadingModel, dtype: str, differences: Mapping[str, float]) -> dict[str, float]:
    rounding = _rounding(model, dtype)
    shared = _SAME if dtype in ("float32", "float64") else min(_AS_ROUNDING * differences.get("buckets", 0), rounding)
    return {"tree": shared, "prefix-cache": shared, "buckets": rounding, _LAST_RESORT: rounding}


def _rounding(model: ReadingModel, dtype: str) -> float:
    return _QUANTISED if getattr(model.network, "is_quantized", False) else _ROUNDING[dtype]


def _unusable(
    model: ReadingModel, wanted: str, differences: Mapping[str, float], limits: Mapping[str, float]
) -> WorkerError:
    if wanted in ("auto", _LAST_RESORT):
        return invalid_data(
            f"Cannot run model '{model.name}': the same text run again gives states that differ by "
            f"{differences[_LAST_RESORT]:.1e}; use a model whose states depend on the text alone (at most "
            f"{limits[_LAST_RESORT]:.0e} is rounding)"
        )
    difference = differences.get(wanted)
    found = "its tokens see those after them" if difference is None else f"states differ by {difference:.1e} from those of single texts"
    needed = "" if difference is None else f"at most {limits[wanted]:.0e} is allowed, "
    return invalid_argument(
        f"Cannot run model '{model.name}' in the way '{wanted}': {found}; {needed}choose another way, or 'auto'"
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
    model.fresh.restore()
    try:
        network = copy.deepcopy(model.network).float()
    except (MemoryError, RuntimeError) as error:
        if memory_code(error) is None:
            raise
        release_memory()
        return None
    loaded = EmbeddingModel(network, model.tokenizer, model.device, model.pad_id, model.loaded.max_positions)
    return replace(model, loaded=loaded, fresh=FreshState(network), last_block=_copied_block(model, network))


def _copied_block(model: ReadingModel, network: torch.nn.Module) -> LastBlock | None:
    if model.last_block is None:
        return None
    place = next(name for name, module in model.network.named_modules() if module is model.last_block.module)
    return replace(model.last_block, module=network.get_submodule(place))
