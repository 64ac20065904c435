"""Loads a model and its tokenizer for embedding."""

from __future__ import annotations

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
# A tokenizer without a limit of its own says about 1e30.
_NO_LIMIT = 10**6


@dataclass(frozen=True)
class EmbeddingModel:
    """A model without its head, in evaluation mode; `max_positions` is None where nothing limits the length."""

    network: torch.nn.Module
    tokenizer: PreTrainedTokenizerFast
    device: torch.device
    pad_id: int
    max_positions: int | None


def load_model(folder: Path, model: str, dtype: str, device: torch.device, trust_remote_code: bool) -> EmbeddingModel:
    """Loads weights from safetensors only; `model` is the name for messages.

    Raises INVALID_DATA, INVALID_ARGUMENT, OOM_GPU, OOM_CPU.
    """
    tokenizer = _load_tokenizer(folder, model, trust_remote_code)
    try:
        network = _load_network(folder, model, DTYPES[dtype], trust_remote_code).to(device)
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        raise _too_large(code, model, dtype) from error
    return EmbeddingModel(network, tokenizer, device, _pad_id(tokenizer), _max_positions(network, tokenizer))


def _load_tokenizer(folder: Path, model: str, trust_remote_code: bool) -> PreTrainedTokenizerFast:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, trust_remote_code=trust_remote_code, local_files_only=True)
    except Exception as error:
        raise _load_error(f"tokenizer of model '{model}'", error) from error
    if not tokenizer.is_fast:
        raise invalid_data(f"Cannot load tokenizer of model '{model}': it is a slow one, a tokenizer.json is needed")
    return tokenizer


def _load_network(folder: Path, model: str, dtype: torch.dtype, trust_remote_code: bool) -> Any:
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    try:
        network, report = AutoModel.from_pretrained(
            folder,
            dtype=dtype,
            use_safetensors=True,
            local_files_only=True,
            trust_remote_code=trust_remote_code,
            output_loading_info=True,
        )
    except Exception as error:
        if memory_code(error) is not None:
            raise
        raise _load_error(f"model '{model}'", error) from error
    _check_weights(model, report["missing_keys"])
    network.config.use_cache = False
    return (network.get_encoder() if network.config.is_encoder_decoder else network).eval()


def _check_weights(model: str, missing_keys: set[str]) -> None:
    # The pooler lies behind the last hidden state, and checkpoints with another head come without it.
    missing = sorted(key for key in missing_keys if not key.startswith("pooler."))
    if missing:
        raise invalid_data(
            f"Cannot load model '{model}': its files hold no weights '{missing[0]}' ({len(missing)} missing), "
            "all weights of the base model are needed"
        )


def _load_error(what: str, error: Exception) -> WorkerError:
    reason = next((line.strip(" .") for line in str(error).splitlines() if line.strip()), type(error).__name__)
    if "trust_remote_code" in str(error):
        return invalid_argument(f"Cannot load {what}: it brings its own code, permission to run that code is needed")
    return invalid_data(f"Cannot load {what}: {reason}, a model that transformers can read is needed")


def _too_large(code: ErrorCode, model: str, dtype: str) -> WorkerError:
    whose = "GPU memory" if code == ErrorCode.OOM_GPU else "memory"
    needed = "a smaller model, a smaller dtype or another device"
    return WorkerError(code, f"Cannot load model '{model}' in {dtype}: {whose} ran out, {needed} is needed")


def _pad_id(tokenizer: PreTrainedTokenizerFast) -> int:
    # Padding is masked, so any id will do where there is none.
    candidates = (tokenizer.pad_token_id, tokenizer.eos_token_id, 0)
    return next(int(candidate) for candidate in candidates if candidate is not None)


def _max_positions(network: torch.nn.Module, tokenizer: PreTrainedTokenizerFast) -> int | None:
    configured = getattr(network.config, "max_position_embeddings", None)
    limits = (configured, _positions_after_padding(network), tokenizer.model_max_length)
    return min((int(limit) for limit in limits if limit is not None and 0 < limit < _NO_LIMIT), default=None)


def _positions_after_padding(network: torch.nn.Module) -> int | None:
    """RoBERTa and its kin number tokens from the padding's id + 1, so texts are shorter than the table is long."""
    tables = (module for name, module in network.named_modules() if name.endswith("position_embeddings"))
    offset = (table for table in tables if getattr(table, "padding_idx", None) is not None)
    return next((table.num_embeddings - table.padding_idx - 1 for table in offset), None)
