"""Reads tokenizer and weights of a model directory; what cannot be read is said with the model's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ..errors import WorkerError, invalid_argument, invalid_data
from ..out_of_memory import memory_code
from ..protocol.error_codes import ErrorCode

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}


@dataclass(frozen=True)
class Pretrained:
    """A model directory and how it is to be read; `name` is the model's name for messages."""

    folder: Path
    name: str
    dtype: str
    device: torch.device
    trust_remote_code: bool


def load_tokenizer(source: Pretrained) -> PreTrainedTokenizerFast:
    """The model's fast tokenizer. Raises INVALID_DATA, INVALID_ARGUMENT."""
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(
            source.folder, trust_remote_code=source.trust_remote_code, local_files_only=True
        )
    except Exception as error:
        raise load_error(f"tokenizer of model '{source.name}'", error) from error
    if not tokenizer.is_fast:
        raise invalid_data(
            f"Cannot load tokenizer of model '{source.name}': it is a slow one, a tokenizer.json is needed"
        )
    return tokenizer


def load_weights(source: Pretrained, auto_class: Any, part: Callable[[Any], Any]) -> Any:
    """The part of a transformers auto class's network, with the model's weights, for evaluation, on its device.

    Raises INVALID_DATA (also when weights are missing), INVALID_ARGUMENT, OOM_GPU, OOM_CPU.
    """
    try:
        return part(_read_weights(source, auto_class)).to(source.device).eval()
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        raise _too_large(code, source) from error


def load_error(what: str, error: Exception) -> WorkerError:
    """What transformers could not read, in one line."""
    reason = next((line.strip(" .") for line in str(error).splitlines() if line.strip()), type(error).__name__)
    if "trust_remote_code" in str(error):
        return invalid_argument(f"Cannot load {what}: it brings its own code, permission to run that code is needed")
    return invalid_data(f"Cannot load {what}: {reason}, a model that transformers can read is needed")


def _read_weights(source: Pretrained, auto_class: Any) -> Any:
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        network, report = auto_class.from_pretrained(
            source.folder,
            dtype=DTYPES[source.dtype],
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=source.trust_remote_code,
            output_loading_info=True,
        )
    except Exception as error:
        if memory_code(error) is not None:
            raise
        raise load_error(f"model '{source.name}'", error) from error
    _check_weights(source.name, report["missing_keys"])
    network.config.use_cache = False
    return network


def _check_weights(model: str, missing_keys: set[str]) -> None:
    # The pooler lies behind the last hidden state, and checkpoints with another head come without it.
    missing = sorted(key for key in missing_keys if not key.startswith("pooler."))
    if missing:
        raise invalid_data(
            f"Cannot load model '{model}': its files hold no weights '{missing[0]}' ({len(missing)} missing), "
            "all weights of the model are needed"
        )


def _too_large(code: ErrorCode, source: Pretrained) -> WorkerError:
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    needed = "a smaller model, a smaller dtype or another device"
    return WorkerError(
        code, f"Cannot load model '{source.name}' in {source.dtype}: {whose} ran out, {needed} is needed"
    )
