"""Loads a causal language model in two parts, so that logits can be had for a few positions at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from ..base.errors import WorkerError, invalid_data
from .attention_direction import looks_ahead
from .device_map import input_device, return_to_input_device
from .known_tokens import check_vocabulary, embedding_rows
from .model import EmbeddingModel, max_positions_of, pad_id_of
from .pretrained import Pretrained, load_tokenizer, load_weights

# What some families do to the head's logits, by the config's key.
_AFTER_HEAD = {
    "final_logit_softcapping": lambda logits, limit: torch.tanh(logits / limit) * limit,
    "logit_scale": lambda logits, scale: logits * scale,
    "logits_scaling": lambda logits, scale: logits / scale,
    "lm_head_multiplier": lambda logits, scale: logits * scale,
}
_SAME = {torch.float64: 1e-8, torch.float32: 1e-4}
_SAME_IN_OTHERS = 2e-2


@dataclass(frozen=True)
class LanguageModel(EmbeddingModel):
    """A causal language model; `network` gives its last states, `logits` the rest of it, `whole` is all of it."""

    whole: Any

    def logits(self, states_nd: torch.Tensor) -> torch.Tensor:
        """Logits of the token after each state, (N, V)."""
        logits_nv = self.whole.get_output_embeddings()(states_nd).to(states_nd.device)
        for key, change in _AFTER_HEAD.items():
            factor = getattr(self.whole.config, key, None)
            if factor is not None:
                logits_nv = change(logits_nv, factor)
        return logits_nv

    @property
    def vocabulary(self) -> int:
        """Number of logits V of a position."""
        return int(self.whole.get_output_embeddings().weight.shape[0])


def load_language_model(source: Pretrained) -> LanguageModel:
    """Loads weights from safetensors only. Raises INVALID_DATA, INVALID_ARGUMENT, START_FAILED, OOM_GPU, OOM_CPU."""
    from transformers import AutoConfig, AutoModelForCausalLM

    tokenizer = load_tokenizer(source)
    _refuse_others(source, AutoConfig)
    whole = load_weights(source, AutoModelForCausalLM, lambda network: network)
    network = return_to_input_device(whole.base_model)
    check_vocabulary(tokenizer, network, source.name)
    device, pad_id = input_device(network), pad_id_of(tokenizer, embedding_rows(network))
    return LanguageModel(network, tokenizer, device, pad_id, max_positions_of(network, tokenizer), whole)


def check_language_model(model: LanguageModel, name: str, probe: tuple[int, int, int]) -> None:
    """Refuses a model whose tokens see those after them, and one whose logits are made in a way not known here.

    probe: three token ids. Raises INVALID_DATA.
    """
    if looks_ahead(model.network, *probe):
        raise _not_causal(name, "its tokens see those after them, as an encoder's do")
    if not _has_known_logits(model, probe):
        raise invalid_data(
            f"Cannot compute next-token entropies with model '{name}': its logits are not its output layer's, "
            "a model whose logits follow from its last hidden state is needed"
        )


def _not_causal(name: str, found: str) -> WorkerError:
    """The error of a model that does not predict the next token."""
    return invalid_data(
        f"Cannot compute next-token entropies with model '{name}': {found}, a causal language model is needed"
    )


def _refuse_others(source: Pretrained, configs: Any) -> None:
    """Says it better than transformers, which lists a hundred configurations."""
    from transformers.models.auto.modeling_auto import MODEL_FOR_CAUSAL_LM_MAPPING, MODEL_FOR_MASKED_LM_MAPPING

    try:
        config = configs.from_pretrained(
            source.folder, trust_remote_code=source.trust_remote_code, local_files_only=True
        )
    except Exception:
        return  # load_weights says what is wrong with it
    own = "AutoModelForCausalLM" in (getattr(config, "auto_map", None) or {})
    if not own and type(config) not in MODEL_FOR_CAUSAL_LM_MAPPING:
        raise _not_causal(source.name, f"its kind '{config.model_type}' has no head for the next token")
    # BERT and its kin stand in both tables; one that is no decoder comes without the head, or with the other one.
    if type(config) in MODEL_FOR_MASKED_LM_MAPPING and not getattr(config, "is_decoder", False):
        raise _not_causal(source.name, f"its kind '{config.model_type}' is an encoder")


@torch.inference_mode()
def _has_known_logits(model: LanguageModel, probe: tuple[int, int, int]) -> bool:
    ids_bt = torch.tensor([probe], device=model.device)
    mask_bt = torch.ones_like(ids_bt)
    expected_tv = model.whole(input_ids=ids_bt, attention_mask=mask_bt).logits[0].float()
    states_td = model.network(input_ids=ids_bt, attention_mask=mask_bt).last_hidden_state[0]
    found_tv = model.logits(states_td).float()
    finite = torch.isfinite(expected_tv).all()
    # What is not finite is told later, with the item's name.
    tolerance = _SAME.get(states_td.dtype, _SAME_IN_OTHERS)
    return not bool(finite) or bool((found_tv - expected_tv).norm() <= tolerance * expected_tv.norm())
