"""Finds the directory of something published on the Hugging Face hub."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..error_text import first_line
from ..errors import WorkerError, invalid_data

# Folders hold other formats of the same weights; "consolidated" is Mistral's second copy.
_LEFT_OUT = ("*/*", "consolidated*")


@dataclass(frozen=True)
class Published:
    """What is looked for: its kind in words, its name (a directory or a hub id), its revision, the files to fetch."""

    kind: str
    name: str
    revision: str | None
    patterns: Sequence[str]


def find_directory(wanted: Published) -> Path:
    """The directory of that name, or the local copy of a hub repository (HF_HUB_OFFLINE is honoured).

    Raises INVALID_DATA for a directory that is missing, and for a hub id that cannot be had.
    """
    folder = Path(wanted.name).expanduser()
    if folder.is_dir():
        return folder
    if _is_path(wanted.name):
        raise invalid_data(
            f"Cannot load {wanted.kind} '{wanted.name}': there is no such directory, a {wanted.kind} directory or a "
            "hub id is needed"
        )
    return _download(wanted)


def published_name(name: str) -> str:
    """The name as it stands in a store: the directory's own name, or the hub id as given."""
    folder = Path(name).expanduser()
    return folder.resolve().name if folder.is_dir() else name


def commit_of(folder: Path) -> str | None:
    """The commit of a local copy of a hub repository, None for another directory."""
    is_snapshot = folder.parent.name == "snapshots" and re.fullmatch(r"[0-9a-f]{40}", folder.name) is not None
    return folder.name if is_snapshot else None


def _is_path(name: str) -> bool:
    return name.startswith(("/", ".", "~")) or "\\" in name or name.count("/") > 1 or os.path.exists(name)


def _download(wanted: Published) -> Path:
    from huggingface_hub import snapshot_download

    patterns = list(wanted.patterns)
    try:
        return Path(
            snapshot_download(
                wanted.name, revision=wanted.revision, allow_patterns=patterns, ignore_patterns=list(_LEFT_OUT)
            )
        )
    except Exception as error:
        raise _not_available(wanted, error) from error


def _not_available(wanted: Published, error: Exception) -> WorkerError:
    name = f"'{wanted.name}'" if wanted.revision is None else f"'{wanted.name}' at revision '{wanted.revision}'"
    return invalid_data(
        f"Cannot load {wanted.kind} {name}: there is no such directory, and the hub gave none ({first_line(error)}), "
        f"a {wanted.kind} directory or a hub id is needed"
    )
