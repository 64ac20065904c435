"""What balpm-export.json says of the splits that an export renamed."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ...base.errors import WorkerError, invalid_data
from ...base.safetensors_file import reason_of

EXPORT_MANIFEST = "balpm-export.json"


class _Split(msgspec.Struct, frozen=True):
    name: str
    published: str


class _Manifest(msgspec.Struct, frozen=True):
    kind: str
    layout: str
    splits: list[_Split]


def read_exported_splits(folder: Path) -> dict[str, str] | None:
    """Names of the splits in the dataset by those in the export's files; None for a directory that no export made.

    Raises INVALID_DATA for a file of that name that is none.
    """
    file = folder / EXPORT_MANIFEST
    if not file.exists():
        return None
    try:
        manifest = msgspec.json.decode(file.read_bytes(), type=_Manifest)
    except OSError as error:
        raise _unusable(file, reason_of(error)) from error
    except msgspec.DecodeError as error:
        raise _unusable(file, f"it is no manifest of an export ({str(error)[:120]})") from error
    if not manifest.layout.startswith("reference-"):
        raise _unusable(file, f"its layout is '{manifest.layout}' and not one of columns", "export with --to reference")
    names = {split.published: split.name for split in manifest.splits}
    if len(set(names.values())) != len(manifest.splits):
        raise _unusable(file, "two of its splits have one name")
    odd = next((name for name in names.values() if not name or "/" in name or "\0" in name), None)
    if odd is not None:
        raise _unusable(file, f"'{odd[:40]}' is no name of a split")
    return names


def _unusable(file: Path, found: str, advice: str = "the file as it was written is needed, or none") -> WorkerError:
    return invalid_data(f"Cannot read '{file}': {found}; {advice}", file=str(file))
