"""Finds the directories of a model and its adapter, and says which content lies in them."""

from __future__ import annotations

from pathlib import Path

from ...base.content_hash import hash_of
from ...base.errors import invalid_data
from ...context.context import Context
from ..pretrained import Adapter, Pretrained
from .hash_files import hash_files
from .hub_directory import Published, find_directory, published_name
from .odd_files import refuse_odd_files
from .weight_files import check_weight_files, check_whole, refuse_pickles

_WEIGHTS = "*.safetensors"
_SHAPING_FILES = (
    "config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "*.jinja",
    "*.model",
    _WEIGHTS,
    "*.safetensors.index.json",
)
_CODE_FILES = ("*.py",)
_ADAPTER_CONFIG = "adapter_config.json"
_ADAPTER_WEIGHTS = "adapter_model.safetensors"


def find_model(model: str, revision: str | None, trust_remote_code: bool, context: Context) -> Path:
    """The directory of a model: `model` itself, or the local copy of a hub repository (HF_HUB_OFFLINE is honoured).

    Only configuration, tokenizer and safetensors weights are fetched, told with their size. Raises INVALID_DATA for a directory that is
    missing or holds no whole model, and for a hub id that cannot be had.
    """
    folder = find_directory(published_model(model, revision, trust_remote_code), context)
    refuse_odd_files(folder, f"model '{model}'")
    if (folder / _ADAPTER_CONFIG).is_file():
        raise invalid_data(
            f"Cannot load model '{model}': it holds an adapter ({_ADAPTER_CONFIG}), the model it was made for is "
            "needed, and the adapter as --adapter"
        )
    if not (folder / "config.json").is_file():
        raise invalid_data(f"Cannot load model '{model}': it has no config.json, a Hugging Face model is needed")
    check_weight_files(folder, model)
    return folder


def published_model(model: str, revision: str | None, trust_remote_code: bool) -> Published:
    """What of a model is fetched."""
    return Published("model", model, revision, _patterns(trust_remote_code))


def published_description(model: str, revision: str | None, trust_remote_code: bool) -> Published:
    """What of a model says how texts are split and how large it is: all but its weights."""
    patterns = [pattern for pattern in _patterns(trust_remote_code) if pattern != _WEIGHTS]
    return Published("model", model, revision, patterns)


def published_adapter(adapter: str) -> Published:
    """What of an adapter is fetched."""
    return Published("adapter", adapter, None, (_ADAPTER_CONFIG, _ADAPTER_WEIGHTS))


def find_adapter(adapter: str, context: Context) -> Adapter:
    """The directory of a PEFT adapter, or the local copy of a hub repository.

    Raises INVALID_DATA for a directory that is missing or holds no whole adapter in safetensors.
    """
    folder = find_directory(published_adapter(adapter), context)
    what = f"adapter '{adapter}'"
    refuse_odd_files(folder, what)
    if not (folder / _ADAPTER_CONFIG).is_file():
        raise invalid_data(f"Cannot load {what}: it has no {_ADAPTER_CONFIG}, a PEFT adapter is needed")
    if not (folder / _ADAPTER_WEIGHTS).is_file():
        refuse_pickles(folder, what, _ADAPTER_WEIGHTS)
        raise invalid_data(f"Cannot load {what}: it has no {_ADAPTER_WEIGHTS}, weights in safetensors are needed")
    check_whole(folder / _ADAPTER_WEIGHTS, what)
    return Adapter(folder, adapter)


def model_name(model: str) -> str:
    """The name as it stands in a store: the directory's own name, or the hub id as given."""
    return published_name(model)


def hash_model(source: Pretrained, context: Context) -> tuple[str, dict[str, str]]:
    """SHA-256 of the names and hashes of the files that shape the features, and these hashes by name."""
    hashes = hash_files(shaping_files(source), context, "hashing the model")
    return hash_of(hashes), hashes


def shaping_files(source: Pretrained) -> dict[str, Path]:
    """The files that shape the features, by name.

    They are config, tokenizer, chat template, weights, trusted code, and those of an adapter as `adapter/NAME`.
    """
    files = {file.name: file for file in _files(source.folder, _patterns(source.trust_remote_code))}
    if source.adapter is not None:
        names = (_ADAPTER_CONFIG, _ADAPTER_WEIGHTS)
        files |= {f"adapter/{name}": source.adapter.folder / name for name in names}
    return files


def _patterns(trust_remote_code: bool) -> tuple[str, ...]:
    return _SHAPING_FILES + (_CODE_FILES if trust_remote_code else ())


def _files(folder: Path, patterns: tuple[str, ...]) -> list[Path]:
    found = {file for pattern in patterns for file in folder.glob(pattern)}
    return sorted(file for file in found if file.is_file() and not file.name.startswith("consolidated"))
