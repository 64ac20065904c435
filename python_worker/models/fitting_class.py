"""Which auto class gives a network that an adapter's weights belong to."""

from __future__ import annotations

from typing import Any

import torch

from .apply_adapter import fits, unknown_home
from .pretrained import Pretrained, load_error


def fitting_class(source: Pretrained) -> Any:
    """AutoModel, or with an adapter that was trained on a model with its head, the class with that head.

    Raises INVALID_DATA when the adapter was made for another model, INVALID_ARGUMENT for code that is not trusted.
    """
    from transformers import AutoModel, AutoModelForCausalLM, AutoModelForMaskedLM, AutoModelForSeq2SeqLM

    if source.adapter is None:
        return AutoModel
    config = read_config(source)
    headless = network_without_weights(AutoModel, config, source)
    if headless is None or fits(headless, source.adapter):
        return AutoModel  # what cannot be made at all is said when it is loaded
    # The first also stands for models with an encoder and a decoder, of which the second knows the decoder alone.
    for auto_class in (AutoModelForSeq2SeqLM, AutoModelForCausalLM, AutoModelForMaskedLM):
        network = network_without_weights(auto_class, config, source)
        if network is not None and fits(network, source.adapter):
            return auto_class
    raise unknown_home(source.adapter, headless)


def read_config(source: Pretrained) -> Any:
    """The model's configuration. Raises INVALID_DATA, INVALID_ARGUMENT for code that is not trusted."""
    from transformers import AutoConfig

    try:
        return AutoConfig.from_pretrained(
            source.folder, trust_remote_code=source.trust_remote_code, local_files_only=True
        )
    except Exception as error:
        raise load_error(f"model '{source.name}'", error) from error


def network_without_weights(auto_class: Any, config: Any, source: Pretrained) -> Any:
    """The network's parts alone, or None where the class has no such model."""
    try:
        with torch.device("meta"):
            return auto_class.from_config(config, trust_remote_code=source.trust_remote_code)
    except Exception:
        return None
