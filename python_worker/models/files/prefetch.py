"""Brings a model, and an adapter, into the cache before an extraction on a node without network reads them."""

from __future__ import annotations

from pathlib import Path

import torch

from ...context.context import Context
from ...protocol.messages import (
    FeaturesPrefetchData,
    FeaturesPrefetchParams,
    MissingFiles,
    PrefetchedFile,
    PrefetchSource,
)
from ..pretrained import Pretrained
from .hash_files import hash_files
from .hub_directory import Published, commit_of, find_missing
from .model_files import find_adapter, find_model, published_adapter, published_model, shaping_files


def prefetch(params: FeaturesPrefetchParams, context: Context) -> FeaturesPrefetchData:
    """Fetches exactly the files that an extraction reads and hashes them; without `fetch` it asks what is missing.

    Raises INVALID_DATA as find_model and find_adapter.
    """
    wanted = [published_model(params.model, params.revision, params.trust_remote_code)]
    wanted += [] if params.adapter is None else [published_adapter(params.adapter)]
    missing = [_missing(each) for each in wanted]
    if not params.fetch:
        return FeaturesPrefetchData(sources=[_source(*each, None) for each in zip(wanted, missing, strict=True)], files=[])
    source = Pretrained(
        find_model(params.model, params.revision, params.trust_remote_code, context),
        params.model,
        "float32",
        torch.device("cpu"),
        params.trust_remote_code,
        adapter=None if params.adapter is None else find_adapter(params.adapter, context),
    )
    folders = [source.folder] + ([] if source.adapter is None else [source.adapter.folder])
    return FeaturesPrefetchData(
        sources=[_source(*each) for each in zip(wanted, missing, folders, strict=True)], files=_hashed(source, context)
    )


def _missing(wanted: Published) -> MissingFiles | None:
    missing = find_missing(wanted)
    return None if missing is None else MissingFiles(files=missing.files, bytes=missing.bytes)


def _source(wanted: Published, missing: MissingFiles | None, folder: Path | None) -> PrefetchSource:
    return PrefetchSource(
        kind="adapter" if wanted.kind == "adapter" else "model",
        name=wanted.name,
        missing=missing,
        directory=None if folder is None else str(folder),
        commit=None if folder is None else commit_of(folder),
    )


def _hashed(source: Pretrained, context: Context) -> list[PrefetchedFile]:
    files = shaping_files(source)
    hashes = hash_files(files, context, "hashing the model")
    return [PrefetchedFile(name=name, bytes=files[name].stat().st_size, sha256=hashes[name]) for name in files]
