"""Weights in fewer bits, by bitsandbytes where it is there."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import torch

from ..base.errors import WorkerError
from ..protocol.error_codes import ErrorCode

_OPTIONS = {
    "8bit": lambda dtype: {"load_in_8bit": True},
    "4bit": lambda dtype: {
        "load_in_4bit": True,
        "bnb_4bit_quant_type": "nf4",
        "bnb_4bit_compute_dtype": dtype,
    },
}


def quantisation_config(quantisation: str | None, dtype: torch.dtype, model: str) -> Any:
    """How transformers is to load the weights: "8bit" (LLM.int8), "4bit" (NF4, computing in dtype), or None as they are.

    Raises START_FAILED, an error of the environment, where bitsandbytes is not installed.
    """
    if quantisation is None:
        return None
    refuse_missing_library(quantisation, model)
    from transformers import BitsAndBytesConfig

    return BitsAndBytesConfig(**_OPTIONS[quantisation](dtype))


def refuse_missing_library(quantisation: str | None, model: str) -> None:
    """Says before anything is read that bitsandbytes is not there. Raises START_FAILED."""
    if quantisation is None or find_spec("bitsandbytes") is not None:
        return
    raise WorkerError(
        ErrorCode.START_FAILED,
        f"Cannot load model '{model}' in {quantisation.removesuffix('bit')} bit: bitsandbytes is not installed, "
        "that package in the worker's Python is needed",
    )
