"""Reads tokenizer and weights of a model directory; what cannot be read is said with the model's name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch

from ..base.error_text import first_line
from ..base.errors import WorkerError, invalid_argument, invalid_data
from ..base.out_of_memory import memory_code
from ..protocol.error_codes import ErrorCode
from .apply_adapter import apply_adapter
from .device_map import refuse_offload, return_to_input_device
from .quantisation import quantisation_config

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16}
_OF_ATTENTION = ("attention", "flash", "sdpa", "attn_implementation")


@dataclass(frozen=True)
class Adapter:
    """The directory of a PEFT adapter, and its name for messages."""

    folder: Path
    name: str


@dataclass(frozen=True)
class Pretrained:
    """A model directory and how it is to be read; `name` is the model's name for messages.

    attention: which implementation (None: the library's choice); quantisation: "8bit", "4bit" or None; device_map:
    how layers are shared out among GPUs (None: all on `device`).
    """

    folder: Path
    name: str
    dtype: str
    device: torch.device
    trust_remote_code: bool
    adapter: Adapter | None = None
    attention: str | None = None
    quantisation: str | None = None
    device_map: str | None = None


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
    """The part of a transformers auto class's network, with the model's weights, for evaluation, on its devices.

    Raises INVALID_DATA (also when weights of that part are missing), INVALID_ARGUMENT, START_FAILED, OOM_GPU, OOM_CPU.
    """
    try:
        network = _read_weights(source, auto_class, part)
        if source.adapter is not None:
            apply_adapter(_place(network, source), source.adapter, source.quantisation is None)
        return _place(part(network), source).eval()
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        raise _too_large(code, source) from error


def load_error(what: str, error: Exception) -> WorkerError:
    """What transformers could not read, in one line."""
    if "trust_remote_code" in str(error):
        return invalid_argument(f"Cannot load {what}: it brings its own code, permission to run that code is needed")
    return invalid_data(f"Cannot load {what}: {first_line(error)}, a model that transformers can read is needed")


def _read_weights(source: Pretrained, auto_class: Any, part: Callable[[Any], Any]) -> Any:
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
            **_switches(source),
        )
    except Exception as error:
        if memory_code(error) is not None:
            raise
        raise _unreadable(source, error) from error
    _check_weights(source.name, _missing_from(network, part(network), report["missing_keys"]))
    refuse_offload(network, source.name)
    network.config.use_cache = False
    return network


def _switches(source: Pretrained) -> dict[str, Any]:
    """What is left to the library stays out."""
    quantised = quantisation_config(source.quantisation, DTYPES[source.dtype], source.name)
    device_map = source.device_map or (None if quantised is None else {"": source.device})
    switches = {
        "attn_implementation": source.attention,
        "quantization_config": quantised,
        "device_map": device_map,
    }
    return {name: value for name, value in switches.items() if value is not None}


def _place(network: Any, source: Pretrained) -> Any:
    """Where a map or a quantised model has its weights already, they stay."""
    if source.device_map is not None:
        return return_to_input_device(network)
    return network if source.quantisation is not None else network.to(source.device)


def _unreadable(source: Pretrained, error: Exception) -> WorkerError:
    if source.attention is not None and any(word in str(error).lower() for word in _OF_ATTENTION):
        return invalid_argument(
            f"Cannot run model '{source.name}' with attention '{source.attention}': {first_line(error)}, "
            "another --attention is needed"
        )
    return load_error(f"model '{source.name}'", error)


def _missing_from(network: Any, part: Any, missing_keys: set[str]) -> list[str]:
    """The names of weights without values that this part of the network has."""
    own = {id(tensor) for tensor in chain(part.parameters(), part.buffers())}
    named = dict(chain(network.named_parameters(remove_duplicate=False), network.named_buffers(remove_duplicate=False)))
    return sorted(key for key in missing_keys if key not in named or id(named[key]) in own)


def _check_weights(model: str, missing_keys: list[str]) -> None:
    # The pooler lies behind the last hidden state, and checkpoints with another head come without it.
    missing = [key for key in missing_keys if not key.startswith("pooler.")]
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
