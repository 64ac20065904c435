"""Finds the directory of something published on the Hugging Face hub."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ...base.error_text import first_line
from ...base.errors import Cancelled, WorkerError, invalid_data
from ...context.context import Context
from .hub_fetch import HubFiles, Missing, fetch, is_unreachable, missing_files

# Folders hold other formats of the same weights; "consolidated" is Mistral's second copy.
_LEFT_OUT = ("*/*", "consolidated*")


@dataclass(frozen=True)
class Published:
    """What is looked for: its kind in words, its name (a directory or a hub id), its revision, the files to fetch."""

    kind: str
    name: str
    revision: str | None
    patterns: Sequence[str]


def find_directory(wanted: Published, context: Context) -> Path:
    """The directory of that name, or the local copy of a hub repository (HF_HUB_OFFLINE is honoured).

    Raises INVALID_DATA for a directory that is missing, and for a hub id that cannot be had.
    """
    folder = _local(wanted)
    if folder is not None:
        return folder
    try:
        return fetch(_hub_files(wanted), context)
    except (Cancelled, WorkerError):
        raise
    except Exception as error:
        raise _not_available(wanted, error) from error


def find_missing(wanted: Published) -> Missing | None:
    """What a download would fetch, nothing for a directory; None where the hub cannot be asked.

    Raises INVALID_DATA for a directory that is missing, and for a hub id that the hub refuses.
    """
    if _local(wanted) is not None:
        return Missing(0, 0, None)
    try:
        return missing_files(_hub_files(wanted))
    except Exception as error:
        raise _not_available(wanted, error) from error


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


def _local(wanted: Published) -> Path | None:
    """The directory of that name; None for what may be a hub id."""
    folder = Path(wanted.name).expanduser()
    if folder.is_dir():
        return folder
    if _is_path(wanted.name):
        raise invalid_data(
            f"Cannot load {wanted.kind} '{wanted.name}': there is no such directory, a {wanted.kind} directory or a "
            "hub id is needed"
        )
    return None


def _hub_files(wanted: Published) -> HubFiles:
    return HubFiles("model", wanted.name, wanted.revision, wanted.patterns, _LEFT_OUT)


def _not_available(wanted: Published, error: Exception) -> WorkerError:
    name = f"'{wanted.name}'" if wanted.revision is None else f"'{wanted.name}' at revision '{wanted.revision}'"
    found = f"there is no such directory, and the hub gave none ({first_line(error)})"
    advice = f"give a {wanted.kind} directory or a hub id"
    if is_unreachable(error):
        advice += f", or run `{_prefetch_command(wanted)}` where there is a network"
    return invalid_data(f"Cannot load {wanted.kind} {name}: {found}; {advice}")


def _prefetch_command(wanted: Published) -> str:
    name = shlex.quote(wanted.name)
    command = f"balpm features prefetch {f'MODEL --adapter {name}' if wanted.kind == 'adapter' else name}"
    return command if wanted.revision is None else f"{command} --revision {shlex.quote(wanted.revision)}"
