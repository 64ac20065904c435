"""Runs batches of texts through a network."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ..base.errors import WorkerError
from ..base.out_of_memory import memory_code
from ..context.context import Context
from ..models.model import EmbeddingModel
from ..protocol.error_codes import ErrorCode
from ..texts.tokens import TokenRows
from .batches import pad_batch

Reduce = Callable[[torch.Tensor, torch.Tensor, np.ndarray], torch.Tensor]
"""(hidden_btd, mask_bt, rows) → (B, F): what is kept of a batch, on the model's device."""


@dataclass(frozen=True)
class BatchValues:
    """What was kept of some rows: (B, F) on the CPU."""

    rows: np.ndarray
    values_bf: torch.Tensor


@dataclass(frozen=True)
class BatchPlan:
    """The texts, the rows of each batch, the phase in words for progress, and what is done before each batch."""

    tokens: TokenRows
    batches: list[np.ndarray]
    phase: str
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True)
class _Launched:
    rows: np.ndarray
    values_bf: torch.Tensor
    arrived: torch.cuda.Event | None

    def wait(self) -> BatchValues:
        if self.arrived is not None:
            self.arrived.synchronize()
        return BatchValues(self.rows, self.values_bf)


@torch.inference_mode()
def run_batches(model: EmbeddingModel, plan: BatchPlan, reduce: Reduce, context: Context) -> Iterator[BatchValues]:
    """Values of each batch in turn. Each is given out after the next one was launched, so a GPU never waits."""
    start = time.monotonic()
    lengths = plan.tokens.lengths
    total = sum(int(lengths[rows].sum()) for rows in plan.batches)
    done = 0
    previous: _Launched | None = None
    for rows in plan.batches:
        context.check()
        plan.before()
        launched = _launch_or_say(model, plan.tokens, rows, reduce)
        if previous is not None:
            yield previous.wait()
        previous = launched
        done += int(lengths[rows].sum())
        context.progress(done, total, {"tokensPerSecond": done / max(time.monotonic() - start, 1e-9)}, plan.phase)
    if previous is not None:
        yield previous.wait()


def _launch_or_say(model: EmbeddingModel, tokens: TokenRows, rows: np.ndarray, reduce: Reduce) -> _Launched:
    """Raises OOM_GPU or OOM_CPU with the size of the batch."""
    try:
        return _launch(model, tokens, rows, reduce)
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        raise _out_of_memory(code, (len(rows), int(tokens.lengths[rows].max()))) from error


def _launch(model: EmbeddingModel, tokens: TokenRows, rows: np.ndarray, reduce: Reduce) -> _Launched:
    ids_bt, mask_bt = (_to_device(array, model.device) for array in pad_batch(tokens, rows, model.pad_id))
    hidden_btd = model.network(input_ids=ids_bt, attention_mask=mask_bt).last_hidden_state
    return _copy_back(rows, reduce(hidden_btd, mask_bt, rows))


def _to_device(array: np.ndarray, device: torch.device) -> torch.Tensor:
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def _copy_back(rows: np.ndarray, values_bf: torch.Tensor) -> _Launched:
    if values_bf.device.type != "cuda":
        return _Launched(rows, values_bf.cpu(), None)
    host_bf = torch.empty(values_bf.shape, dtype=values_bf.dtype, pin_memory=True)
    host_bf.copy_(values_bf, non_blocking=True)
    arrived = torch.cuda.Event()
    arrived.record()
    return _Launched(rows, host_bf, arrived)


def _out_of_memory(code: ErrorCode, shape: tuple[int, int]) -> WorkerError:
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    act = f"Cannot run a batch of {shape[0]} × {shape[1]} tokens"
    return WorkerError(code, f"{act}: {whose} ran out, a smaller token budget is needed", retryable=True)
