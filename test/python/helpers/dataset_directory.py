"""Writes dataset directories in the format of src/data/dataset-format.ts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from python_worker.base.content_hash import hash_of

Pair = tuple[str, str, str]


def write_dataset(folder: Path, splits: Mapping[str, Iterable[Pair]], name: str = "toy") -> Path:
    """Items (prompt, answer a, answer b) per split; unique texts in order of first appearance."""
    prompts: dict[str, int] = {}
    responses: dict[tuple[int, str], int] = {}
    items: list[dict[str, Any]] = []
    for split, pairs in splits.items():
        for prompt, a, b in pairs:
            row = prompts.setdefault(prompt, len(prompts))
            sides = [responses.setdefault((row, text), len(responses)) for text in (a, b)]
            items.append({"id": f"{split}-{len(items)}", "split": split, "prompt": row, "a": sides[0], "b": sides[1]})
    folder.mkdir(parents=True)
    files = {
        "prompts.jsonl": [{"text": text} for text in prompts],
        "responses.jsonl": [{"prompt": row, "text": text} for row, text in responses],
        "items.jsonl": items,
        "labels.jsonl": [{"id": item["id"], "preferred": "a"} for item in items],
    }
    hashes = {name: _write_lines(folder / name, lines) for name, lines in files.items()}
    write_manifest(folder, name, hashes, list(splits))
    return folder


def write_manifest(folder: Path, name: str, hashes: Mapping[str, str], splits: list[str]) -> None:
    """The fields the extractor reads, and the counts it does not."""
    manifest = {
        "schemaVersion": 1,
        "kind": "balpm-dataset",
        "name": name,
        "hash": hash_of({part: hashes[f"{part}.jsonl"] for part in ("items", "prompts", "responses")}),
        "labelsHash": hashes["labels.jsonl"],
        "files": {file: {"sha256": digest, "bytes": (folder / file).stat().st_size} for file, digest in hashes.items()},
        "splits": [{"name": split, "counts": {}} for split in splits],
        "counts": {},
        "source": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))


def _write_lines(file: Path, lines: list[dict[str, Any]]) -> str:
    file.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return hashlib.sha256(file.read_bytes()).hexdigest()
