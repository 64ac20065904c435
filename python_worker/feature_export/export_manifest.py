"""balpm-export.json: what was exported, where it comes from, and the hashes of its files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import msgspec

from ..base.publish_directory import sync
from ..base.safetensors_file import hash_file
from .export_job import ExportJob
from .plan_splits import SplitPlan

NAME = "balpm-export.json"
CARD = "README.md"


def write_export_manifest(folder: Path, job: ExportJob, layout: str, splits: list[SplitPlan]) -> None:
    """Writes the manifest and makes the folder durable; the card is not hashed, for people may edit it."""
    files = sorted(file for file in folder.rglob("*") if file.is_file() and file.name != CARD)
    manifest: dict[str, Any] = {
        "schemaVersion": 1,
        "kind": "balpm-export",
        "layout": layout,
        "answers": list(job.answers_in(layout)),
        "license": job.params.license,
        "dtype": job.dtype,
        "splits": [{"name": split.name, "published": split.published, "items": split.items} for split in splits],
        "files": {
            file.relative_to(folder).as_posix(): {"sha256": hash_file(file), "bytes": file.stat().st_size}
            for file in files
        },
        "store": msgspec.to_builtins(job.source.manifest),
    }
    with (folder / NAME).open("xb") as stream:
        stream.write(msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")
        stream.flush()
        os.fsync(stream.fileno())
    sync(folder)
