"""Whether a store's tensor file is the one its manifest names."""

from __future__ import annotations

from pathlib import Path

from ..base.safetensors_file import TensorLayout, foreign_features, hash_file, read_layout, reason_of
from .manifest import FeaturesOfStore

_DTYPES = {"float32": "F32", "float16": "F16", "bfloat16": "BF16"}


def check_store_file(file: Path, features: FeaturesOfStore) -> None:
    """Compares shapes, size and SHA-256. Raises INVALID_DATA naming the file."""
    layout = read_layout(file)
    for name, shape in (("prompts", features.prompts), ("responses", features.responses)):
        needed = TensorLayout(_DTYPES[features.dtype], tuple(shape))
        if layout.get(name) != needed:
            raise foreign_features(file, f"tensor '{name}' is {_words(layout.get(name))}", f"{_words(needed)} is")
    if file.stat().st_size != features.bytes:
        raise foreign_features(file, f"it has {file.stat().st_size} bytes", f"{features.bytes} are")
    try:
        found = hash_file(file)
    except OSError as error:
        raise foreign_features(file, reason_of(error), "a readable file is") from error
    if found != features.sha256:
        raise foreign_features(file, f"its SHA-256 is {found}", f"{features.sha256} is")


def _words(layout: TensorLayout | None) -> str:
    return "missing" if layout is None else f"{layout.dtype} {' × '.join(map(str, layout.shape))}"
