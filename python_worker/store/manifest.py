"""The manifest of a feature store: the twin of src/features/store/store-format.ts."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ..base.canonical_json import canonical_json
from ..base.decode_json import decode_json
from ..base.errors import WorkerError, invalid_data
from ..base.regular_file import read_regular
from ..base.safetensors_file import reason_of

_Sha256 = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
_Shape = tuple[Annotated[int, msgspec.Meta(ge=0)], Annotated[int, msgspec.Meta(ge=1)]]
_Strict = {"frozen": True, "forbid_unknown_fields": True, "rename": "camel"}


class DatasetOfStore(msgspec.Struct, **_Strict):
    """The dataset whose texts were embedded."""

    name: str
    hash: _Sha256


class FeaturesOfStore(msgspec.Struct, **_Strict):
    """The tensor file: its hash and size, element type, and the shapes P × D and R × D'."""

    file: Literal["features.safetensors"]
    sha256: _Sha256
    bytes: int
    dtype: Literal["float32", "float16", "bfloat16"]
    prompts: _Shape
    responses: _Shape


class StoreManifest(msgspec.Struct, **_Strict):
    """What a feature store holds and where it comes from; `id` is its content address.

    model_files: SHA-256 by name of the files whose names and hashes `source["modelHash"]` is the hash of.
    """

    schema_version: Literal[1]
    kind: Literal["balpm-features"]
    id: _Sha256
    dataset: DatasetOfStore
    features: FeaturesOfStore
    source: dict[str, str | int | bool | None]
    stats: dict[str, str | float | int | None]
    model_files: dict[str, _Sha256] | msgspec.UnsetType = msgspec.UNSET


def read_manifest(directory: Path) -> StoreManifest:
    """Reads and checks a store's manifest. Raises INVALID_DATA naming the file and the field."""
    file = directory / "manifest.json"
    try:
        manifest = decode_json(read_regular(file), StoreManifest)
    except OSError as error:
        raise _unreadable(file, reason_of(error)) from error
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise _unreadable(file, str(error)) from error
    expected = store_id(manifest.dataset.hash, manifest.features.sha256, manifest.source)
    if manifest.id != expected:
        raise _unreadable(file, f"its id is {manifest.id} where its content has {expected}")
    if manifest.model_files is not msgspec.UNSET and _hash_of(manifest.model_files) != manifest.source.get("modelHash"):
        raise _unreadable(file, "the hash of its modelFiles is not that of its source")
    return manifest


def store_id(dataset: str, features: str, source: dict[str, Any]) -> str:
    """The content address of a store made of that dataset, that tensor file and that source."""
    return _hash_of({"dataset": dataset, "features": features, "source": source})


def _hash_of(value: Any) -> str:
    return hashlib.sha256(canonical_json(value).encode("utf-8", "surrogatepass")).hexdigest()


def _unreadable(file: Path, found: str) -> WorkerError:
    return invalid_data(
        f"Cannot read feature store manifest '{file}': {found}, a balpm-features manifest is needed", file=str(file)
    )
