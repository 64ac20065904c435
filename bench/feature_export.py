"""Peak memory of exporting features as the number of pairs grows.

    python bench/feature_export.py FOLDER [ROWS ...]

Makes a dataset of ROWS pairs (a prompt each, 2 × 1,000 characters of answers) and a store of 1,024 features (float16)
under FOLDER, exports it in every layout through the built command line and prints the worker's peak memory.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

_ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(_ROOT))

from python_worker.base.content_hash import hash_of  # noqa: E402
from python_worker.store.manifest import DatasetOfStore  # noqa: E402
from python_worker.store.store_writer import FeatureFile, write_manifest  # noqa: E402

_D = 1024
_ROWS_A_BLOCK = 1000
_WAYS = {
    "huggingface": ["--to", "huggingface"],
    "reference": ["--to", "reference"],
    "reference csv": ["--to", "reference", "--format", "csv"],
    "npy": ["--to", "npy"],
}


def measure(folder: Path, rows: int) -> None:
    """Makes a store, exports it every way, prints a line for each and removes all."""
    shutil.rmtree(folder, ignore_errors=True)
    digest = _write_dataset(folder / "pairs", rows)
    _write_store(folder / "store", rows, digest)
    for name, options in _WAYS.items():
        start = time.monotonic()
        document = _export(folder, options)
        seconds = time.monotonic() - start
        print(
            f"{name:14} {rows:7,} pairs  {document['bytes'] / 1e9:6.3f} GB in {document['files']:2} files  "
            f"peak {document['peakMemoryMib']:4,} MiB  {seconds:6.1f} s",
            flush=True,
        )
        shutil.rmtree(folder / "out")
    shutil.rmtree(folder)


def _export(folder: Path, options: list[str]) -> dict:
    command = ["node", _ROOT / "dist" / "main.js", "features", "export", folder / "store", "--dataset", folder / "pairs"]
    called = subprocess.run(
        [*map(str, command), "--out", str(folder / "out"), "--json", *options],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True,
    )  # fmt: skip
    return json.loads(called.stdout)


def _write_dataset(folder: Path, rows: int) -> str:
    folder.mkdir(parents=True)
    files = {
        "prompts.jsonl": ({"text": f"prompt {row}"} for row in range(rows)),
        "responses.jsonl": ({"prompt": row // 2, "text": f"{row} ".ljust(1000, "x")} for row in range(2 * rows)),
        "items.jsonl": (
            {"id": f"t{row}", "split": "train", "prompt": row, "a": 2 * row, "b": 2 * row + 1} for row in range(rows)
        ),
        "labels.jsonl": ({"id": f"t{row}", "preferred": "ab"[row % 2]} for row in range(rows)),
    }
    entries = {name: _write_lines(folder / name, lines) for name, lines in files.items()}
    counts = {"items": rows, "prompts": rows, "responses": 2 * rows}
    manifest = {
        "schemaVersion": 1,
        "kind": "balpm-dataset",
        "name": "bench",
        "hash": hash_of({part: entries[f"{part}.jsonl"]["sha256"] for part in ("items", "prompts", "responses")}),
        "labelsHash": entries["labels.jsonl"]["sha256"],
        "files": entries,
        "splits": [{"name": "train", "counts": {**counts, "labelled": rows}}],
        "counts": counts,
        "source": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return manifest["hash"]


def _write_lines(file: Path, lines: Iterator[dict]) -> dict:
    digest = hashlib.sha256()
    with file.open("wb") as stream:
        for line in lines:
            raw = json.dumps(line).encode() + b"\n"
            digest.update(raw)
            stream.write(raw)
    return {"sha256": digest.hexdigest(), "bytes": file.stat().st_size}


def _write_store(folder: Path, rows: int, digest: str) -> None:
    folder.mkdir()
    numbers = np.arange(rows, dtype=np.int32)
    split = np.stack([numbers, 2 * numbers, 2 * numbers + 1], axis=1)
    counts = {"prompts": rows, "responses": 2 * rows}
    file = FeatureFile(folder, "float16", counts, _D, {"train": split})
    for name, count in counts.items():
        for begin in range(0, count, _ROWS_A_BLOCK):
            places = np.arange(begin, min(begin + _ROWS_A_BLOCK, count))
            file.write_rows(name, places, torch.randn(len(places), _D).half())
    write_manifest(folder, file, DatasetOfStore(name="bench", hash=digest), {"type": "random"}, {})


if __name__ == "__main__":
    base, *counts = sys.argv[1:]
    for count in map(int, counts or ["10000", "100000"]):
        measure(Path(base) / "feature-export", count)
