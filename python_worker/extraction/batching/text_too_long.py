"""The error of a text for which memory is too small."""

from __future__ import annotations

from ...base.errors import WorkerError
from ...protocol.error_codes import ErrorCode


def text_too_long(code: ErrorCode, tokens: int) -> WorkerError:
    """Says OOM_GPU or OOM_CPU of a text that ran alone."""
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    return WorkerError(
        code,
        f"Cannot run a single text of {tokens} tokens: {whose} ran out, smaller --max-tokens, a narrower --dtype, "
        "--load-in or a device with more memory is needed",
    )
