"""What makes two tokenizers one: that they split every text into the same tokens."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_SPLITTING = ("normalizer", "pre_tokenizer", "model")


def hash_tokenizer(tokenizer: PreTrainedTokenizerFast) -> str:
    """SHA-256 of the rules and the vocabulary by which a fast tokenizer splits texts.

    Special tokens, padding, lengths and the way back to text do not count: models of one family differ in them, and texts
    hold none.
    """
    rules = json.loads(tokenizer.backend_tokenizer.to_str())
    words = [token for token in rules["added_tokens"] if not token["special"]]
    text = json.dumps({"added": words, **{name: rules[name] for name in _SPLITTING}}, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
