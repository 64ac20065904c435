"""Fixtures every Python test may use."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save

from python_worker.protocol.messages import StoreRef
from python_worker.store.manifest import store_id

torch.set_num_threads(1)

_DATASET = {"name": "tiny", "hash": "d" * 64}
_SOURCE = {"model": "made up · 模型", "maxTokens": 8, "chat": False, "revision": None}


@pytest.fixture(scope="session")
def make_store():
    """Writes a small feature store by the format's own rules."""
    return _make_store


def _make_store(directory: Path, prompts, responses, dtype=torch.float32, **changes) -> StoreRef:
    """Writes the store and gives its reference; `changes` replace fields of the manifest."""
    directory.mkdir(parents=True, exist_ok=True)
    matrices = {name: torch.as_tensor(np.asarray(rows)).to(dtype) for name, rows in
                (("prompts", prompts), ("responses", responses))}  # fmt: skip
    content = save({**matrices, "train": torch.zeros((1, 3), dtype=torch.int32)})
    (directory / "features.safetensors").write_bytes(content)
    manifest = _manifest(content, matrices, dtype) | changes
    (directory / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return StoreRef(path=str(directory), id=manifest["id"])


def _manifest(content: bytes, matrices, dtype) -> dict:
    sha256 = hashlib.sha256(content).hexdigest()
    return {
        "schemaVersion": 1,
        "kind": "balpm-features",
        "id": store_id(_DATASET["hash"], sha256, _SOURCE),
        "dataset": _DATASET,
        "features": {
            "file": "features.safetensors",
            "sha256": sha256,
            "bytes": len(content),
            "dtype": str(dtype).removeprefix("torch."),
            "prompts": list(matrices["prompts"].shape),
            "responses": list(matrices["responses"].shape),
        },
        "source": _SOURCE,
        "stats": {"tokens": 12, "share": 0.5, "note": None},
    }
