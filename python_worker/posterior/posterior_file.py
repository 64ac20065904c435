"""A posterior on disk: one safetensors file, whole or absent, that knows its own hash."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Mapping
from pathlib import Path

import msgspec
import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from ..base.decode_json import decode_json
from ..base.errors import WorkerError
from ..base.regular_file import require_regular
from ..base.safetensors_file import publish_file
from .contract.kept_posterior import Snapshot
from .kinds import RESTORABLE

log = logging.getLogger(__name__)

_FOLDER = "posteriors"
_KEPT_FILES = 2
_HANDLE = re.compile(r"[0-9a-f]{64}")


def write_posterior(run_dir: Path, handle: str, snapshot: Snapshot) -> None:
    """Writes `<run_dir>/posteriors/<handle>.safetensors`; the two newest files stay.

    A disk that takes no more costs a new fit after a restart, not the run: that is logged.
    """
    file = _file_of(run_dir, handle)
    tensors = {name: tensor.detach().cpu().contiguous().clone() for name, tensor in snapshot.tensors.items()}
    texts = {
        "kind": snapshot.kind,
        "params": msgspec.json.encode(snapshot.params).decode(),
        "report": msgspec.json.encode(snapshot.report).decode(),
    }
    try:
        publish_file(file, save(tensors, texts | {"sha256": _digest_of(texts, tensors)}))
        _remove_old(file)
    except (WorkerError, OSError) as error:
        log.warning("posterior %s is not kept on disk: %s", handle, error)


def read_posterior(run_dir: Path, handle: str) -> Snapshot | None:
    """What was written; None where there is no whole file (a damaged one is logged and removed)."""
    file = _file_of(run_dir, handle)
    if not (_HANDLE.fullmatch(handle) and file.exists()):
        return None
    try:
        return _read(file)
    except (SafetensorError, OSError, KeyError, ValueError, msgspec.MsgspecError) as error:
        log.warning("posterior file '%s' is damaged and is made again: %s", file, error)
        file.unlink(missing_ok=True)
        return None


def _file_of(run_dir: Path, handle: str) -> Path:
    return run_dir / _FOLDER / f"{handle}.safetensors"


def _read(file: Path) -> Snapshot:
    with safe_open(str(require_regular(file)), framework="pt", device="cpu") as stored:
        metadata = dict(stored.metadata() or {})
        tensors = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    digest = metadata.pop("sha256")
    if _digest_of(metadata, tensors) != digest:
        raise ValueError("its content has another hash")
    kind = RESTORABLE[metadata["kind"]]
    return Snapshot(
        metadata["kind"],
        decode_json(metadata["params"], kind.params),
        decode_json(metadata["report"], kind.report),
        tensors,
    )


def _digest_of(texts: Mapping[str, str], tensors: Mapping[str, torch.Tensor]) -> str:
    digest = hashlib.sha256(msgspec.json.encode(dict(texts), order="sorted"))
    for name in sorted(tensors):
        tensor = tensors[name]
        digest.update(f"{name}\0{tensor.dtype}\0{tuple(tensor.shape)}\0".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy())
    return digest.hexdigest()


def _remove_old(newest: Path) -> None:
    others = [file for file in newest.parent.glob("*.safetensors") if file != newest]
    others.sort(key=lambda file: file.stat().st_mtime_ns, reverse=True)
    for file in others[_KEPT_FILES - 1 :]:
        file.unlink(missing_ok=True)
