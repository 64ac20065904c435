"""The story of an extraction by a user's function: texts → batches → features → store."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..base.canonical_json import canonical_json
from ..base.publish_directory import check_place, publish_directory
from ..context.context import Context
from ..custom_code.as_tensor import as_float_tensor, shape_words
from ..custom_code.user_code import UserCode
from ..custom_code.user_context import UserContext
from ..data.dataset_texts import DatasetTexts, read_texts_to_embed
from ..models.pretrained import DTYPES
from ..protocol.messages import FeaturesEmbedData, FeaturesEmbedParams
from ..store.manifest import DatasetOfStore
from ..store.store_writer import FeatureFile, write_manifest
from ..texts.templates import render_prompts, render_responses
from .check_function import check_function

_TEXTS_PER_CALL = 256
_ACT = "embed with"


def embed_with_function(params: FeaturesEmbedParams, context: Context) -> FeaturesEmbedData:
    """Embeds every unique text of a dataset and writes the feature store `params.out`.

    Raises USER_CODE naming the file, the line and the text; then nothing is left at `params.out`.
    """
    start = time.monotonic()
    check_place(params.out)
    dataset = read_texts_to_embed(params.dataset)
    embedder = _Embedder(params, context)
    rendered = {
        "prompts": render_prompts(params.prompt_template, dataset),
        "responses": render_responses(params.response_template, dataset),
    }
    with publish_directory(params.out) as folder:
        file = _embed_to_file(params, folder, dataset, embedder.embed(rendered), context)
        stats = {"device": torch.device(context.state.device).type, "wallSeconds": round(time.monotonic() - start, 3)}
        stats |= embedder.measured
        about = DatasetOfStore(name=dataset.name, hash=dataset.hash)
        store_id = write_manifest(folder, file, about, _describe_source(params), stats)
    (prompts, dimension), (responses, _) = file.shapes["prompts"], file.shapes["responses"]
    return FeaturesEmbedData(
        id=store_id, prompts=prompts, responses=responses, dimension=dimension, wall_seconds=stats["wallSeconds"]
    )


class _Embedder:
    """The function and how it is called: a batch of texts at a time, half of it where memory ran out before."""

    def __init__(self, params: FeaturesEmbedParams, context: Context) -> None:
        self._context = context
        stream = ("embed", params.name)
        self._code = UserCode(Path(params.module), params.name, params.module_sha256, UserContext.seed_of(stream))
        self._function = self._code.load()
        self._user_context = UserContext(context, stream, params.options)
        self._dtype = params.store_dtype
        self._dimension: int | None = None
        self.measured: dict[str, str] = {}
        """What the store tells of a function that is called with one text at a time."""

    def embed(self, texts: dict[str, list[str]]) -> Iterator[tuple[str, int, torch.Tensor]]:
        """Kind, first row and features (B × D) of every batch, in the order of the rows."""
        size = _TEXTS_PER_CALL // 2 if self._context.memory_is_short else _TEXTS_PER_CALL
        begun, done, total = time.monotonic(), 0, sum(map(len, texts.values()))
        size, kept = self._checked_size(texts, size)
        for kind, rows in texts.items():
            for start in range(0, len(rows), size):
                self._context.check()
                batch = rows[start : start + size]
                features_bd = kept.pop((kind, start, len(batch)), None)
                if features_bd is None:
                    features_bd = self._features(batch, f"{kind} {start} to {start + len(batch) - 1}")
                yield kind, start, self._stored(features_bd, kind, start)
                done += len(batch)
                rate = done / max(time.monotonic() - begun, 1e-9)
                self._context.progress(done, total, {"textsPerSecond": rate}, "embedding")

    def _checked_size(
        self, texts: dict[str, list[str]], size: int
    ) -> tuple[int, dict[tuple[str, int, int], torch.Tensor]]:
        """Texts a call, and features by kind, first row and rows that were made for the check.

        One text a call where a text's features change with those beside it. Raises USER_CODE where they change anyway.
        """
        begun = {
            (kind, 0, len(rows[:size])): (rows[:size], self._features(rows[:size], f"{kind} 0 to {len(rows[:size]) - 1}"))
            for kind, rows in texts.items()
            if rows
        }
        every = [text for rows in texts.values() for text in rows]
        check = check_function(lambda few: self._features(few, f"{len(few)} of the texts"), every, list(begun.values()))
        if check.again > check.allowed:
            found = f"called again with the same text alone it gave features that differ by {check.again:.1e}"
            raise self._code.wrong(_ACT, self._function, found, "features that depend on the text alone are")
        if check.in_batches <= check.allowed:
            return size, {place: features_bd for place, (_texts, features_bd) in begun.items()}
        self.measured = {"way": "singles", "difference.batches": f"{check.in_batches:.1e}"}
        self._context.progress(0, note="calling the function with one text at a time: a batch changes its features")
        return 1, {}

    def _features(self, texts: list[str], which: str) -> torch.Tensor:
        value = self._code.call(_ACT, self._function, list(texts), self._user_context)
        wanted = f"{len(texts)} × {self._dimension or 'D'}"
        features = as_float_tensor(value, self._code, _ACT, self._function, wanted)
        width = self._dimension or features.shape[-1] if features.ndim else 0
        if tuple(features.shape) != (len(texts), width) or width == 0:
            found = f"it gave {shape_words(features.shape)} for {which}"
            raise self._code.wrong(_ACT, self._function, found, f"{wanted} is")
        self._dimension = width
        return features

    def _stored(self, features_bd: torch.Tensor, kind: str, start: int) -> torch.Tensor:
        stored_bd = features_bd.to(DTYPES[self._dtype])
        bad = stored_bd.isfinite().all(dim=1).logical_not().nonzero()
        if len(bad):
            found = f"row {start + int(bad[0])} of {kind} holds NaN or infinity in {self._dtype}"
            raise self._code.wrong(_ACT, self._function, found, "finite features are")
        return stored_bd


def _embed_to_file(
    params: FeaturesEmbedParams,
    folder: Path,
    dataset: DatasetTexts,
    batches: Iterator[tuple[str, int, torch.Tensor]],
    context: Context,
) -> FeatureFile:
    counts = {"prompts": len(dataset.prompts), "responses": len(dataset.responses)}
    file: FeatureFile | None = None
    for kind, start, features_bd in batches:
        file = file or FeatureFile(folder, params.store_dtype, counts, features_bd.shape[1], dataset.splits)
        file.write_rows(kind, np.arange(start, start + len(features_bd)), features_bd)
    assert file is not None, "a dataset has at least one prompt"
    context.progress(sum(counts.values()), sum(counts.values()), note="writing the store")
    return file


def _describe_source(params: FeaturesEmbedParams) -> dict[str, Any]:
    """What the features depend on besides the texts; a part of the store's id, so without paths of this machine."""
    return {
        "type": "function",
        "file": Path(params.module).name,
        "sha256": params.module_sha256,
        "function": params.name,
        "options": canonical_json(params.options),
        "promptTemplate": params.prompt_template,
        "responseTemplate": params.response_template,
        "storeDtype": params.store_dtype,
    }
