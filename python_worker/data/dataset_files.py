"""The files of a dataset directory: its manifest, and lines that are checked as they are read."""

from __future__ import annotations

from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from ..base.content_hash import hash_of
from ..base.decode_json import decode_json, decode_with
from ..base.errors import WorkerError, invalid_data
from ..base.regular_file import open_regular, read_regular
from ..base.safetensors_file import hash_file, reason_of

TEXT_FILES = ("items.jsonl", "prompts.jsonl", "responses.jsonl")


class _FileEntry(msgspec.Struct):
    sha256: str


class _SplitEntry(msgspec.Struct):
    name: str


class DatasetManifest(msgspec.Struct, rename="camel"):
    """What is read of `manifest.json`."""

    schema_version: int
    kind: str
    name: str
    hash: str
    files: dict[str, _FileEntry]
    splits: list[_SplitEntry]
    texts: str | None = None
    source: dict[str, Any] = {}


class PromptLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of `prompts.jsonl`."""

    text: str


class ResponseLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of `responses.jsonl`; `prompt` is a row of `prompts.jsonl`."""

    prompt: int
    text: str


class ItemLine(msgspec.Struct, forbid_unknown_fields=True):
    """A line of `items.jsonl`; `a` and `b` are rows of `responses.jsonl`."""

    id: str
    split: str
    prompt: int
    a: int
    b: int


Line = TypeVar("Line", PromptLine, ResponseLine, ItemLine)


def read_dataset_manifest(folder: Path) -> DatasetManifest:
    """Reads and checks the manifest of a dataset directory. Raises INVALID_DATA."""
    file = folder / "manifest.json"
    try:
        manifest = decode_json(_read_bytes(file), DatasetManifest)
    except msgspec.DecodeError as error:
        raise _not_a_manifest(file, str(error)) from error
    if manifest.kind != "balpm-dataset" or manifest.schema_version != 1:
        raise _not_a_manifest(file, f"it is '{manifest.kind}' version {manifest.schema_version}")
    missing = [name for name in TEXT_FILES if name not in manifest.files]
    if missing:
        raise _not_a_manifest(file, f"it does not list {missing[0]}")
    if manifest.hash != hash_of({name.removesuffix(".jsonl"): manifest.files[name].sha256 for name in TEXT_FILES}):
        raise _not_a_manifest(file, "its hash is not that of its files")
    return manifest


def check_texts_are_known(path: str, manifest: DatasetManifest) -> None:
    """Raises INVALID_DATA for a dataset made from features alone, and for a split named as a store's tensor."""
    if manifest.texts == "none":
        raise invalid_data(
            f"Cannot extract features of '{path}': it was imported from features and its texts are unknown, "
            "a dataset with texts is needed"
        )
    taken = sorted({"prompts", "responses", "__metadata__"} & {split.name for split in manifest.splits})
    if taken:
        raise invalid_data(
            f"Cannot extract features of '{path}': a split is called '{taken[0]}', another name is needed"
        )


def verify_file(file: Path, expected: str) -> None:
    """Raises INVALID_DATA where the file's SHA-256 is another."""
    try:
        found = hash_file(file)
    except OSError as error:
        raise _unreadable(file, error) from error
    if found != expected:
        raise invalid_data(
            f"Cannot use '{file}': its SHA-256 is not the manifest's, the unchanged file is needed (import again)"
        )


def read_lines(file: Path, line_type: type[Line]) -> Iterator[tuple[str, Line]]:
    """Every line with its place in words. Raises INVALID_DATA naming file and line."""
    for where, _begin, line in read_placed_lines(file, line_type):
        yield where, line


def read_placed_lines(file: Path, line_type: type[Line]) -> Iterator[tuple[str, int, Line]]:
    """Every line with its place in words and the byte it begins at. Raises INVALID_DATA naming file and line."""
    decoder = msgspec.json.Decoder(line_type)
    begin = 0
    with open_regular(file) as stream:
        for number, raw in enumerate(stream, start=1):
            where = f"'{file}' line {number}"
            try:
                yield where, begin, decode_with(decoder, raw)
            except msgspec.DecodeError as error:
                fields = ", ".join(line_type.__struct_fields__)
                raise invalid_data(f"Cannot read {where}: {error}, an object of {fields} is needed") from error
            begin += len(raw)


def check_row(where: str, field: str, row: int, count: int) -> None:
    """Raises INVALID_DATA for a row number beyond its file."""
    if not 0 <= row < count:
        raise invalid_data(f"Cannot read {where}: field '{field}' is row {row}, a row from 0 to {count - 1} is needed")


def check_item(where: str, line: ItemLine, splits: Container[str], counts: tuple[int, int]) -> None:
    """Raises INVALID_DATA for an item of an unknown split, or with rows beyond the numbers of prompts and responses."""
    if line.split not in splits:
        raise invalid_data(
            f"Cannot read {where}: split '{line.split}' is not in the manifest, one of its splits is needed"
        )
    check_row(where, "prompt", line.prompt, counts[0])
    check_row(where, "a", line.a, counts[1])
    check_row(where, "b", line.b, counts[1])


def _not_a_manifest(file: Path, found: str) -> WorkerError:
    return invalid_data(f"Cannot read dataset manifest '{file}': {found}, the manifest of a balpm dataset is needed")


def _read_bytes(file: Path) -> bytes:
    try:
        return read_regular(file)
    except OSError as error:
        raise _unreadable(file, error) from error


def _unreadable(file: Path, error: OSError) -> WorkerError:
    return invalid_data(f"Cannot read '{file}': {reason_of(error)}, a whole dataset directory is needed")
