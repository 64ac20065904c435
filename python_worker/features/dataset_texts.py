"""Reads the texts and items of a dataset directory. Labels are never opened: nothing here may depend on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import msgspec
import numpy as np

from ..errors import WorkerError, invalid_data
from ..safetensors_file import hash_file, reason_of
from .content_hash import hash_of

_TEXT_FILES = ("items.jsonl", "prompts.jsonl", "responses.jsonl")


class _FileEntry(msgspec.Struct):
    sha256: str


class _SplitEntry(msgspec.Struct):
    name: str


class _Manifest(msgspec.Struct, rename="camel"):
    schema_version: int
    kind: str
    name: str
    hash: str
    files: dict[str, _FileEntry]
    splits: list[_SplitEntry]
    texts: str | None = None


class _PromptLine(msgspec.Struct, forbid_unknown_fields=True):
    text: str


class _ResponseLine(msgspec.Struct, forbid_unknown_fields=True):
    prompt: int
    text: str


class _ItemLine(msgspec.Struct, forbid_unknown_fields=True):
    id: str
    split: str
    prompt: int
    a: int
    b: int


_Line = TypeVar("_Line", _PromptLine, _ResponseLine, _ItemLine)


@dataclass(frozen=True)
class DatasetTexts:
    """Unique texts by row, and per split the items' ids and int32 (n, 3) rows (prompt, a, b) in item order.

    `are_known` is False for a dataset made from features alone: its texts are names of feature rows.
    """

    name: str
    hash: str
    prompts: list[str]
    responses: list[str]
    response_prompts: list[int]
    splits: dict[str, np.ndarray]
    ids: dict[str, list[str]]
    are_known: bool = True


def read_dataset_texts(path: str | Path) -> DatasetTexts:
    """Reads and checks a dataset directory. Raises INVALID_DATA naming file and line."""
    folder = Path(path)
    manifest = _read_manifest(folder)
    for name in _TEXT_FILES:
        _verify_file(folder / name, manifest.files[name].sha256)
    prompts = [line.text for _, line in _read_lines(folder / "prompts.jsonl", _PromptLine)]
    responses, response_prompts = _read_responses(folder / "responses.jsonl", len(prompts))
    splits, ids = _read_items(folder / "items.jsonl", manifest, len(prompts), len(responses))
    are_known = manifest.texts != "none"
    return DatasetTexts(manifest.name, manifest.hash, prompts, responses, response_prompts, splits, ids, are_known)


def read_texts_to_embed(path: str) -> DatasetTexts:
    """The dataset's texts. Raises INVALID_DATA also where there are none, and for a split named as a store's tensor."""
    dataset = read_dataset_texts(path)
    if not dataset.are_known:
        raise invalid_data(
            f"Cannot extract features of '{path}': it was imported from features and its texts are unknown, "
            "a dataset with texts is needed"
        )
    if not dataset.prompts:
        raise invalid_data(f"Cannot extract features of '{path}': it holds no texts, at least one prompt is needed")
    taken = sorted({"prompts", "responses", "__metadata__"} & dataset.splits.keys())
    if taken:
        raise invalid_data(
            f"Cannot extract features of '{path}': a split is called '{taken[0]}', another name is needed"
        )
    return dataset


def _read_manifest(folder: Path) -> _Manifest:
    file = folder / "manifest.json"
    try:
        manifest = msgspec.json.decode(_read_bytes(file), type=_Manifest)
    except msgspec.DecodeError as error:
        raise _not_a_manifest(file, str(error)) from error
    if manifest.kind != "balpm-dataset" or manifest.schema_version != 1:
        raise _not_a_manifest(file, f"it is '{manifest.kind}' version {manifest.schema_version}")
    missing = [name for name in _TEXT_FILES if name not in manifest.files]
    if missing:
        raise _not_a_manifest(file, f"it does not list {missing[0]}")
    if manifest.hash != hash_of({name.removesuffix(".jsonl"): manifest.files[name].sha256 for name in _TEXT_FILES}):
        raise _not_a_manifest(file, "its hash is not that of its files")
    return manifest


def _not_a_manifest(file: Path, found: str) -> WorkerError:
    return invalid_data(f"Cannot read dataset manifest '{file}': {found}, the manifest of a balpm dataset is needed")


def _read_bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unreadable(file, error) from error


def _verify_file(file: Path, expected: str) -> None:
    try:
        found = hash_file(file)
    except OSError as error:
        raise _unreadable(file, error) from error
    if found != expected:
        raise invalid_data(
            f"Cannot use '{file}': its SHA-256 is not the manifest's, the unchanged file is needed (import again)"
        )


def _unreadable(file: Path, error: OSError) -> WorkerError:
    return invalid_data(f"Cannot read '{file}': {reason_of(error)}, a whole dataset directory is needed")


def _read_lines(file: Path, line_type: type[_Line]) -> Iterator[tuple[str, _Line]]:
    """Every line with its place in words."""
    decoder = msgspec.json.Decoder(line_type)
    with file.open("rb") as stream:
        for number, raw in enumerate(stream, start=1):
            where = f"'{file}' line {number}"
            try:
                yield where, decoder.decode(raw)
            except msgspec.DecodeError as error:
                fields = ", ".join(line_type.__struct_fields__)
                raise invalid_data(f"Cannot read {where}: {error}, an object of {fields} is needed") from error


def _read_responses(file: Path, prompt_count: int) -> tuple[list[str], list[int]]:
    texts: list[str] = []
    prompts: list[int] = []
    for where, line in _read_lines(file, _ResponseLine):
        _check_row(where, "prompt", line.prompt, prompt_count)
        texts.append(line.text)
        prompts.append(line.prompt)
    return texts, prompts


def _read_items(
    file: Path, manifest: _Manifest, prompt_count: int, response_count: int
) -> tuple[dict[str, np.ndarray], dict[str, list[str]]]:
    rows: dict[str, list[Any]] = {split.name: [] for split in manifest.splits}
    ids: dict[str, list[str]] = {split.name: [] for split in manifest.splits}
    for where, line in _read_lines(file, _ItemLine):
        if line.split not in rows:
            raise invalid_data(
                f"Cannot read {where}: split '{line.split}' is not in the manifest, one of its splits is needed"
            )
        _check_row(where, "prompt", line.prompt, prompt_count)
        _check_row(where, "a", line.a, response_count)
        _check_row(where, "b", line.b, response_count)
        rows[line.split].append((line.prompt, line.a, line.b))
        ids[line.split].append(line.id)
    return {name: np.array(triples, dtype=np.int32).reshape(-1, 3) for name, triples in rows.items()}, ids


def _check_row(where: str, field: str, row: int, count: int) -> None:
    if not 0 <= row < count:
        raise invalid_data(f"Cannot read {where}: field '{field}' is row {row}, a row from 0 to {count - 1} is needed")
