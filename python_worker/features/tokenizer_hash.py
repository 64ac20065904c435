"""What makes two tokenizers one: that they split every text into the same tokens."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_SPLITTING = ("normalizer", "pre_tokenizer", "model", "added_tokens")


def hash_tokenizer(tokenizer: PreTrainedTokenizerFast) -> str:
    """SHA-256 of the rules and the vocabulary by which a fast tokenizer splits texts.

    Special tokens around a text, padding, lengths and the way back to text do not count: models of one family differ in them.
    """
    rules = json.loads(tokenizer.backend_tokenizer.to_str())
    text = json.dumps({name: rules[name] for name in _SPLITTING}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
