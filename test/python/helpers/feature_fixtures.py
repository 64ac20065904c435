"""A small dataset, small models of it, and parameters of an extraction: what the tests of several folders share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from dataset_directory import Pair, write_dataset
from tiny_models import save_bert, save_llama

from python_worker.protocol.messages import FeatureOutput, FeaturesExtractParams, FeaturesUncertaintyParams, Shard

WORDS = "the quick brown fox jumps over a lazy dog while seven wizards {prompt} naïve 模型 🙂 write\nlong letters".split(" ")


def _sentence(start: int, length: int) -> str:
    return " ".join(WORDS[(start * 7 + index * (start + 1)) % len(WORDS)] for index in range(length))


PAIRS: list[Pair] = [
    (_sentence(index % 5, 3 + index % 5), _sentence(index, 1 + 3 * (index % 6)), _sentence(index + 40, 2 + index % 9))
    for index in range(14)
]
TEXTS = [text for pair in PAIRS for text in pair]


@pytest.fixture(scope="session")
def dataset(tmp_path_factory) -> Path:
    """14 items in two splits over 5 prompts, with braces and non-ASCII text."""
    return write_dataset(tmp_path_factory.mktemp("data") / "toy", {"train": PAIRS[:9], "test": PAIRS[9:]})


@pytest.fixture(scope="session")
def llama(tmp_path_factory) -> Path:
    return save_llama(tmp_path_factory.mktemp("models") / "tiny-llama", TEXTS)


@pytest.fixture(scope="session")
def bert(tmp_path_factory) -> Path:
    return save_bert(tmp_path_factory.mktemp("models") / "tiny-bert", TEXTS, pad_token="<|end|>")


def usual_params(
    dataset: Path, model: Path, work: Path, *, pooling: str = "auto", **changes: Any
) -> FeaturesExtractParams:
    """Parameters that work, with changes; `pooling` stands for the one output of the last layer."""
    usual = {
        "dataset": str(dataset), "work": str(work), "shard": Shard(index=1, count=1),
        "share": Shard(index=1, count=1), "model": str(model), "revision": None, "adapter": None, "attention": None,
        "quantisation": None, "device_map": None, "prompt_template": "Q: {prompt}",
        "response_template": "Q: {prompt}\nA: {response}", "chat": None, "prompt_cut": "end", "special_tokens": True,
        "prompt_texts": None, "outputs": [FeatureOutput(pooling=pooling, layer=None)], "uncertainty": None,
        "max_tokens": 48, "dtype": "float32", "store_dtype": "float32", "token_budget": 256, "part_tokens": None,
        "way": "auto", "device": "cpu", "trust_remote_code": False,
    }  # fmt: skip
    return FeaturesExtractParams(**(usual | changes))


@pytest.fixture
def make_params(dataset: Path, llama: Path, tmp_path: Path) -> Callable[..., FeaturesExtractParams]:
    """`usual_params` for the dataset, the llama and a work folder of the test's own."""

    def make(**changes: Any) -> FeaturesExtractParams:
        places = {"dataset": dataset, "model": llama, "work": tmp_path / "work"}
        return usual_params(**{**places, **changes})

    return make


@pytest.fixture
def make_entropy_params(make_params, tmp_path: Path) -> Callable[..., FeaturesUncertaintyParams]:
    """Parameters of next-token entropies that work, with changes."""

    def make(**changes) -> FeaturesUncertaintyParams:
        extraction, names = make_params(), FeaturesUncertaintyParams.__struct_fields__
        usual = {name: getattr(extraction, name) for name in names if hasattr(extraction, name)}
        own = {"out": str(tmp_path / "entropies.jsonl"), "splits": None, "positions": "all"}
        return FeaturesUncertaintyParams(**(usual | own | changes))

    return make
