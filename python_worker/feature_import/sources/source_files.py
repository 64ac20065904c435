"""Finds the files of a features dataset and the split each belongs to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ...base.error_text import first_line
from ...base.errors import Cancelled, WorkerError, invalid_data
from ...context.context import Context
from ...models.files.hub_fetch import HubFiles, fetch, is_unreachable
from .exported_splits import EXPORT_MANIFEST, read_exported_splits
from .shard_sets import SHARD, problem_of_files, without_shard

_ENDINGS = (".parquet", ".csv", ".arrow")
# Tables that are there and cannot be read as they are: passing over them would lose rows without a word.
_UNREADABLE = re.compile(
    r".*\.(parquet|csv|arrow)\.(?P<what>gz|bz2|xz|zst|lz4|zip|part|partial|incomplete|crdownload|tmp|download)", re.IGNORECASE
)
_HAS_NUMBERS = re.compile(r"\d[-_ ]?of[-_ ]?\d", re.IGNORECASE)
# Folders that hold files of several splits; any other folder's name is a split.
_PLAIN_FOLDERS = {"", "data", "default"}
_NAMES = {"eval": "validation"}


@dataclass(frozen=True)
class SourceFile:
    """A file, its name below the source, and the split it holds as balpm calls it."""

    path: Path
    name: str
    split: str


@dataclass(frozen=True)
class SourceFiles:
    """The files of a source; `is_export` where `features export --to reference` made it, whose columns are known."""

    files: list[SourceFile]
    is_export: bool


def find_source_files(source: str, revision: str | None, context: Context) -> SourceFiles:
    """The files of a local directory or a hub dataset, splits and shards in order.

    Raises INVALID_DATA for a source that is not there, holds no known file or one that is packed or half there, or lacks
    a shard.
    """
    folder = _find_folder(source, revision, context)
    names = sorted(_visible_files(source, folder))
    if not names:
        found = "it holds no .parquet, .csv or .arrow file"
        raise _unusable(source, found, "files named like train.parquet or train/data-00000-of-00001.arrow are needed")
    exported = read_exported_splits(folder)
    files = [SourceFile(folder / name, name, _split_of(name, exported or {})) for name in names]
    for split in dict.fromkeys(file.split for file in files):
        problem = problem_of_files(split, [file.name for file in files if file.split == split])
        if problem is not None:
            raise _unusable(source, *problem)
    files.sort(key=lambda file: (_rank(file.split), file.split, *_place(file.name)))
    return SourceFiles(files, exported is not None)


def _find_folder(source: str, revision: str | None, context: Context) -> Path:
    folder = Path(source).expanduser()
    if folder.is_dir():
        return folder
    if folder.exists() or source.startswith(("/", ".", "~")) or source.count("/") != 1:
        raise _unusable(source, "there is no such directory", "a directory or a hub id (org/name) is needed")
    return _download(source, revision, context)


def _download(source: str, revision: str | None, context: Context) -> Path:
    patterns = [*(f"*{ending}*" for ending in _ENDINGS), EXPORT_MANIFEST]
    try:
        return fetch(HubFiles("dataset", source, revision, patterns), context)
    except (Cancelled, WorkerError):
        raise
    except Exception as error:
        at = "" if revision is None else f" at revision '{revision}'"
        found = f"there is no such directory, and the hub gave none{at} ({first_line(error)})"
        elsewhere = ", or run the same command where there is a network" if is_unreachable(error) else ""
        raise _unusable(source, found, f"give a directory or a hub id (org/name){elsewhere}") from error


def _visible_files(source: str, folder: Path) -> list[str]:
    names = sorted(file.relative_to(folder) for file in folder.rglob("*"))
    seen = [name for name in names if not any(part.startswith((".", "cache-")) for part in name.parts)]
    for name in seen:
        _check_kind(source, folder, name)
    shown = [name for name in seen if (folder / name).is_file()]
    for name in shown:
        if unreadable := _UNREADABLE.fullmatch(name.name):
            found = f"'{name.as_posix()}' is no file that can be read ('.{unreadable['what']}')"
            raise _unusable(source, found, "unpack it, fetch it again, or take it away")
        if _HAS_NUMBERS.search(name.name) and name.suffix.lower() in _ENDINGS and not SHARD.fullmatch(name.stem):
            found = f"'{name.as_posix()}' is named like a shard, but not as one is"
            raise _unusable(source, found, "a name like train-00000-of-00003.parquet is needed")
    return [name.as_posix() for name in shown if name.suffix.lower() in _ENDINGS]


def _check_kind(source: str, folder: Path, name: Path) -> None:
    """Raises INVALID_DATA for what would be passed over although it leads to a table, or may do so."""
    path = folder / name
    if path.is_symlink() and path.is_dir():
        if any(file.suffix.lower() in _ENDINGS for file in path.rglob("*")):
            found = f"'{name.as_posix()}' is a link to a directory with tables"
            raise _unusable(source, found, "put the directory itself there, or take the link away")
    elif name.suffix.lower() in _ENDINGS and not path.is_file() and not path.is_dir():
        what = "leads to no file" if path.is_symlink() else "is no regular file"
        raise _unusable(source, f"'{name.as_posix()}' {what}", "put the file there, or take it away")


def _split_of(name: str, exported: Mapping[str, str]) -> str:
    """`data/train-00000-of-00003.parquet`, `train.csv` and `train/data-00000-of-00001.arrow` are all train."""
    path = Path(name)
    folder = path.parent.name
    published = without_shard(path.stem) if folder in _PLAIN_FOLDERS else folder
    return exported.get(published) or _NAMES.get(published, published)


def _place(name: str) -> tuple[int, str]:
    """Shards in the order of their numbers, however many digits these have."""
    mark = SHARD.fullmatch(Path(name).stem)
    return (0 if mark is None else int(mark["index"])), name


def _rank(split: str) -> int:
    order = ["train", "validation", "test", "ood"]
    return order.index(split) if split in order else len(order)


def _unusable(source: str, found: str, advice: str) -> WorkerError:
    return invalid_data(f"Cannot import features of '{source}': {found}; {advice}")
