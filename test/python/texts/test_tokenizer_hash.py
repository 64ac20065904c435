"""Which changes of a tokenizer make it another one."""

import json

import pytest
from feature_fixtures import TEXTS
from tiny_models import save_llama
from transformers import PreTrainedTokenizerFast

from python_worker.texts.tokenizer_hash import hash_tokenizer


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    return json.loads((save_llama(tmp_path_factory.mktemp("models") / "tiny", TEXTS) / "tokenizer.json").read_text())


def hash_of(folder, rules):
    file = folder / "tokenizer.json"
    file.write_text(json.dumps(rules))
    return hash_tokenizer(PreTrainedTokenizerFast(tokenizer_file=str(file)))


def added(content, special):
    flags = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False}
    return {"id": 290, "content": content, "special": special, **flags}


@pytest.mark.parametrize(
    "change",
    [
        {"normalizer": {"type": "Lowercase"}},
        {"pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": True, "use_regex": True}},
        "merges",
        {"added_tokens": [added("the answer", False)]},
    ],
    ids=["normaliser", "pre-tokeniser", "merges", "a word"],
)
def test_what_splits_texts_otherwise_is_another_tokenizer(rules, tmp_path, change):
    if change == "merges":
        change = {"model": rules["model"] | {"merges": rules["model"]["merges"][:-1]}}
    assert hash_of(tmp_path, rules | change) != hash_of(tmp_path, rules)


@pytest.mark.parametrize(
    "change",
    [
        {"truncation": {"direction": "Right", "max_length": 9, "strategy": "LongestFirst", "stride": 0}},
        {"post_processor": {"type": "ByteLevel", "add_prefix_space": True, "trim_offsets": False, "use_regex": True}},
        {"added_tokens": [added("<|pad|>", True)]},
    ],
    ids=["truncation", "special tokens around a text", "a special token"],
)
def test_what_splits_texts_the_same_is_the_same_tokenizer(rules, tmp_path, change):
    assert rules | change != rules
    assert hash_of(tmp_path, rules | change) == hash_of(tmp_path, rules)
