"""Runs the batches through the model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch

from ..context import Context
from ..errors import WorkerError
from ..out_of_memory import memory_code
from ..protocol.error_codes import ErrorCode
from .batches import pad_batch
from .model import EmbeddingModel
from .pooling import POOLINGS
from .tokens import TokenRows


@dataclass(frozen=True)
class Embedded:
    """Features of some rows: (B, D) on the CPU in the type they are stored in."""

    rows: np.ndarray
    features_bd: torch.Tensor


@dataclass(frozen=True)
class _Launched:
    rows: np.ndarray
    features_bd: torch.Tensor
    arrived: torch.cuda.Event | None

    def wait(self) -> Embedded:
        if self.arrived is not None:
            self.arrived.synchronize()
        return Embedded(self.rows, self.features_bd)


@torch.inference_mode()
def embed_batches(
    model: EmbeddingModel,
    tokens: TokenRows,
    batches: list[np.ndarray],
    pooling: str,
    store_dtype: torch.dtype,
    context: Context,
) -> Iterator[Embedded]:
    """Features of each batch in turn. Each is given out after the next one was launched, so a GPU never waits."""
    start = time.monotonic()
    total = int(tokens.lengths.sum())
    done = 0
    previous: _Launched | None = None
    for rows in batches:
        context.check()
        launched = _launch_or_say(model, tokens, rows, pooling, store_dtype)
        if previous is not None:
            yield previous.wait()
        previous = launched
        done += int(tokens.lengths[rows].sum())
        context.progress(done, total, {"tokensPerSecond": done / max(time.monotonic() - start, 1e-9)}, "embedding")
    if previous is not None:
        yield previous.wait()


def _launch_or_say(
    model: EmbeddingModel, tokens: TokenRows, rows: np.ndarray, pooling: str, store_dtype: torch.dtype
) -> _Launched:
    """Raises OOM_GPU or OOM_CPU with the size of the batch."""
    try:
        return _launch(model, tokens, rows, pooling, store_dtype)
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        raise _out_of_memory(code, (len(rows), int(tokens.lengths[rows].max()))) from error


def _launch(
    model: EmbeddingModel, tokens: TokenRows, rows: np.ndarray, pooling: str, store_dtype: torch.dtype
) -> _Launched:
    ids_bt, mask_bt = (_to_device(array, model.device) for array in pad_batch(tokens, rows, model.pad_id))
    hidden_btd = model.network(input_ids=ids_bt, attention_mask=mask_bt).last_hidden_state
    return _copy_back(rows, POOLINGS[pooling](hidden_btd, mask_bt).to(store_dtype))


def _to_device(array: np.ndarray, device: torch.device) -> torch.Tensor:
    tensor = torch.from_numpy(array)
    return tensor.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else tensor.to(device)


def _copy_back(rows: np.ndarray, features_bd: torch.Tensor) -> _Launched:
    if features_bd.device.type != "cuda":
        return _Launched(rows, features_bd.cpu(), None)
    host_bd = torch.empty(features_bd.shape, dtype=features_bd.dtype, pin_memory=True)
    host_bd.copy_(features_bd, non_blocking=True)
    arrived = torch.cuda.Event()
    arrived.record()
    return _Launched(rows, host_bd, arrived)


def _out_of_memory(code: ErrorCode, shape: tuple[int, int]) -> WorkerError:
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    act = f"Cannot embed a batch of {shape[0]} × {shape[1]} tokens"
    return WorkerError(code, f"{act}: {whose} ran out, a smaller token budget is needed", retryable=True)
