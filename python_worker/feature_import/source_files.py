"""Finds the files of a features dataset and the split each belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from ..error_text import first_line
from ..errors import WorkerError, invalid_data

_ENDINGS = (".parquet", ".csv", ".arrow")
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})(?:-[0-9a-f]+)?$")
# Folders that hold files of several splits; any other folder's name is a split.
_PLAIN_FOLDERS = {"", "data", "default"}
_NAMES = {"eval": "validation"}


@dataclass(frozen=True)
class SourceFile:
    """A file, its name below the source, and the split it holds as balpm calls it."""

    path: Path
    name: str
    split: str


def split_name(name: str) -> str:
    """The name balpm gives a split of the source: `eval` is `validation`."""
    return _NAMES.get(name, name)


def find_source_files(source: str, revision: str | None) -> list[SourceFile]:
    """The files of a local directory or a hub dataset, splits and shards in order.

    Raises INVALID_DATA for a source that is not there, holds no known file, or lacks a shard.
    """
    folder = _find_folder(source, revision)
    names = sorted(_visible_files(folder))
    if not names:
        found = "it holds no .parquet, .csv or .arrow file"
        raise _unusable(source, found, "files named like train.parquet or train/data-00000-of-00001.arrow are")
    files = [SourceFile(folder / name, name, _split_of(name)) for name in names]
    for split in {file.split for file in files}:
        _check_shards(source, split, [file.name for file in files if file.split == split])
    return sorted(files, key=lambda file: (_rank(file.split), file.split, file.name))


def _find_folder(source: str, revision: str | None) -> Path:
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists() or source.startswith(("/", ".", "~")) or source.count("/") != 1:
        raise _unusable(source, "there is no such directory", "a directory or a hub id (org/name) is")
    return _download(source, revision)


def _download(source: str, revision: str | None) -> Path:
    from huggingface_hub import snapshot_download

    patterns = [f"*{ending}" for ending in _ENDINGS]
    try:
        return Path(snapshot_download(source, repo_type="dataset", revision=revision, allow_patterns=patterns))
    except Exception as error:
        at = "" if revision is None else f" at revision '{revision}'"
        found = f"there is no such directory, and the hub gave none{at} ({first_line(error)})"
        raise _unusable(source, found, "a directory or a hub id (org/name) is") from error


def _visible_files(folder: Path) -> list[str]:
    names = (file.relative_to(folder) for file in folder.rglob("*") if file.suffix in _ENDINGS and file.is_file())
    shown = (name for name in names if not any(part.startswith((".", "cache-")) for part in name.parts))
    return [name.as_posix() for name in shown]


def _split_of(name: str) -> str:
    """`data/train-00000-of-00003.parquet`, `train.csv` and `train/data-00000-of-00001.arrow` are all train."""
    path = Path(name)
    folder = path.parent.name
    return split_name(_SHARD.sub("", path.stem) if folder in _PLAIN_FOLDERS else folder)


def _check_shards(source: str, split: str, names: list[str]) -> None:
    marks = [_SHARD.search(Path(name).stem) for name in names]
    whole = [name for name, mark in zip(names, marks, strict=True) if mark is None]
    if len(whole) == len(names) == 1:
        return
    totals = {int(mark[2]) for mark in marks if mark}
    numbers = sorted(int(mark[1]) for mark in marks if mark)
    if whole or len(totals) != 1 or len(set(numbers)) != len(numbers):
        raise _unusable(source, f"split '{split}' has files {', '.join(names[:4])}", "one file or the shards of one are")
    (total,) = totals
    missing = sorted(set(range(total)) - set(numbers))
    if missing:
        raise _unusable(source, f"shard {missing[0]} of {total} of split '{split}' is missing", "every shard is")


def _rank(split: str) -> int:
    order = ["train", "validation", "test", "ood"]
    return order.index(split) if split in order else len(order)


def _unusable(source: str, found: str, needed: str) -> WorkerError:
    return invalid_data(f"Cannot import features of '{source}': {found}, {needed} needed")
