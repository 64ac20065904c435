"""Finds a model's directory and says which content lies in it."""

from __future__ import annotations

import os
from pathlib import Path

from ..context import Context
from ..errors import WorkerError, invalid_data
from ..safetensors_file import hash_file
from .content_hash import hash_of

_SHAPING_FILES = (
    "config.json",
    "tokenizer*.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "vocab.*",
    "merges.txt",
    "*.model",
    "*.safetensors",
    "*.safetensors.index.json",
)
_CODE_FILES = ("*.py",)
# Folders hold other formats of the same weights; "consolidated" is Mistral's second copy.
_LEFT_OUT = ("*/*", "consolidated*")


def find_model(model: str, revision: str | None, trust_remote_code: bool) -> Path:
    """The directory of a model: `model` itself, or the local copy of a hub repository (HF_HUB_OFFLINE is honoured).

    Only configuration, tokenizer and safetensors weights are fetched. Raises INVALID_DATA for a directory that is
    missing or holds no model, and for a hub id that cannot be had.
    """
    folder = Path(model).expanduser()
    if folder.is_dir():
        return _checked(folder, model)
    if _is_path(model):
        raise invalid_data(
            f"Cannot load model '{model}': there is no such directory, a model directory or a hub id is needed"
        )
    return _checked(_download(model, revision, trust_remote_code), model)


def model_name(model: str) -> str:
    """The name as it stands in a store: the directory's own name, or the hub id as given."""
    folder = Path(model).expanduser()
    return folder.resolve().name if folder.is_dir() else model


def hash_model(folder: Path, trust_remote_code: bool, context: Context) -> str:
    """SHA-256 over names and SHA-256 of the files that shape the features: config, weights, tokenizer, trusted code."""
    hashes: dict[str, str] = {}
    for file in _files(folder, trust_remote_code):
        context.check()
        hashes[file.name] = hash_file(file)
    return hash_of(hashes)


def _files(folder: Path, trust_remote_code: bool) -> list[Path]:
    patterns = _SHAPING_FILES + (_CODE_FILES if trust_remote_code else ())
    found = {file for pattern in patterns for file in folder.glob(pattern)}
    return sorted(file for file in found if file.is_file() and not file.name.startswith("consolidated"))


def _is_path(model: str) -> bool:
    return model.startswith(("/", ".", "~")) or "\\" in model or model.count("/") > 1 or os.path.exists(model)


def _download(model: str, revision: str | None, trust_remote_code: bool) -> Path:
    from huggingface_hub import snapshot_download

    patterns = [*_SHAPING_FILES, "*.jinja", *(_CODE_FILES if trust_remote_code else ())]
    try:
        return Path(snapshot_download(model, revision=revision, allow_patterns=patterns, ignore_patterns=_LEFT_OUT))
    except Exception as error:
        raise _not_available(model, revision, error) from error


def _not_available(model: str, revision: str | None, error: Exception) -> WorkerError:
    name = f"'{model}'" if revision is None else f"'{model}' at revision '{revision}'"
    reason = next((line.strip(" .") for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return invalid_data(
        f"Cannot load model {name}: there is no such directory, and the hub gave none ({reason}), "
        "a model directory or a hub id is needed"
    )


def _checked(folder: Path, model: str) -> Path:
    if not (folder / "config.json").is_file():
        raise invalid_data(f"Cannot load model '{model}': it has no config.json, a Hugging Face model is needed")
    if not any(folder.glob("*.safetensors")):
        raise invalid_data(
            f"Cannot load model '{model}': it has no *.safetensors file, weights in safetensors are needed"
        )
    return folder
