"""Telling exhausted memory from other failures, and getting it back."""

from __future__ import annotations

import gc
import sys
import traceback
from collections.abc import Iterator

from ..protocol.error_codes import ErrorCode
from .error_text import error_text


def memory_code(error: BaseException) -> ErrorCode | None:
    """OOM_GPU or OOM_CPU for an error of Python's or torch's allocators or the loader, None for another; does not load torch."""
    if type(error).__name__ == "OutOfMemoryError":
        return ErrorCode.OOM_GPU
    is_torch = isinstance(error, RuntimeError) and "DefaultCPUAllocator" in error_text(error)
    is_loader = isinstance(error, ImportError) and "failed to map segment" in error_text(error)
    return ErrorCode.OOM_CPU if is_torch or is_loader or isinstance(error, MemoryError) else None


def free_memory_of(error: BaseException) -> None:
    """Drops the local variables of every frame the error came through, which keep tensors alive, then the caches."""
    for link in chain_of(error):
        traceback.clear_frames(link.__traceback__)
    release_memory()


def release_memory() -> None:
    """Collects what only cycles keep alive and gives torch's cached GPU memory back."""
    gc.collect()
    if "torch" in sys.modules:
        sys.modules["torch"].cuda.empty_cache()


def chain_of(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it was raised from, one after the other."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or error.__context__
