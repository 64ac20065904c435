"""The story of one extraction: texts → tokens → batches → features → store."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..context import Context
from ..errors import invalid_data
from ..protocol.messages import FeaturesExtractData, FeaturesExtractParams
from ..store.manifest import DatasetOfStore
from .attention_direction import looks_ahead, probe_tokens
from .batches import padding_share, plan_batches
from .chat import render_chat
from .choose_device import choose_device
from .dataset_texts import DatasetTexts, read_texts_to_embed
from .known_tokens import refuse_unknown_tokens
from .max_tokens import resolve_max_tokens
from .model import EmbeddingModel, load_model
from .model_files import hash_model, model_name
from .model_source import describe_switches, find_source
from .pooling import POOLINGS
from .pretrained import DTYPES, Pretrained
from .publish_directory import check_place, publish_directory
from .run_batches import BatchPlan, BatchValues, run_batches
from .store_writer import FeatureFile, write_manifest
from .templates import render_prompts, render_responses, response_starts
from .tokens import TokenRows, join_rows, tokenise


def extract_features(params: FeaturesExtractParams, context: Context) -> FeaturesExtractData:
    """Embeds every unique text of a dataset and writes the feature store `params.out`.

    Raises WorkerError naming the file, the model or the row; then nothing is left at `params.out`.
    """
    start = time.monotonic()
    check_place(params.out)
    device = choose_device(params.device, params.dtype, context)
    dataset = read_texts_to_embed(params.dataset)
    texts = _render(params, dataset)
    loaded = _load(params, device, context)
    model, max_tokens = loaded.model, loaded.max_tokens
    if params.chat is not None:
        texts = _Texts(*render_chat(model.tokenizer, params.model, params.chat.system, dataset))
    work = _plan(params, max_tokens, model, texts, context)
    pooling = _resolve_pooling(params.pooling, model, work.tokens)
    source = _describe_source(params, max_tokens, loaded.model_hash, pooling) | describe_switches(loaded.source)
    source |= _describe_chat(params, model)
    with publish_directory(params.out) as folder:
        file = _embed_to_file(params, folder, dataset, model, work, pooling, context)
        stats = {**work.stats, "device": device.type, "wallSeconds": round(time.monotonic() - start, 3)}
        owner = DatasetOfStore(name=dataset.name, hash=dataset.hash)
        store_id = write_manifest(folder, file, owner, source, stats, loaded.model_files)
    return _summarise(store_id, file, stats)


@dataclass(frozen=True)
class _Texts:
    """Rendered texts by row, and where the response begins in each of the second."""

    prompts: list[str]
    responses: list[str]
    response_starts: list[int]


@dataclass(frozen=True)
class _Loaded:
    """The model, where it comes from, and the hashes of its files by name."""

    source: Pretrained
    model: EmbeddingModel
    max_tokens: int
    model_hash: str
    model_files: dict[str, str]


@dataclass(frozen=True)
class _Work:
    """Prompts then responses in one list of rows, and the batches they go in."""

    tokens: TokenRows
    prompt_count: int
    batches: list[np.ndarray]
    stats: dict[str, Any]


def _render(params: FeaturesExtractParams, dataset: DatasetTexts) -> _Texts:
    return _Texts(
        render_prompts(params.prompt_template, dataset),
        render_responses(params.response_template, dataset),
        response_starts(params.response_template, dataset),
    )


def _load(params: FeaturesExtractParams, device: torch.device, context: Context) -> _Loaded:
    context.progress(0, note="loading the model")
    source = find_source(params, device)
    model = load_model(source)
    return _Loaded(source, model, resolve_max_tokens(params, model), *hash_model(source, context))


def _plan(
    params: FeaturesExtractParams, max_tokens: int, model: EmbeddingModel, texts: _Texts, context: Context
) -> _Work:
    context.check()
    context.progress(0, note="splitting texts into tokens")
    adds_special = params.chat is None
    prompts = tokenise(model.tokenizer, texts.prompts, max_tokens, "prompts", adds_special)
    responses = tokenise(model.tokenizer, texts.responses, max_tokens, "responses", adds_special)
    tokens = join_rows(prompts, responses)
    refuse_unknown_tokens(model, params.model, tokens.ids)
    batches = plan_batches(tokens.lengths, params.token_budget)
    stats = {
        "truncatedPrompts": int(prompts.truncated.sum()),
        "truncatedResponses": int(responses.truncated.sum()),
        "lostResponses": int((responses.truncated & (responses.covered <= texts.response_starts)).sum()),
        "tokens": len(tokens.ids),
        "paddingShare": padding_share(tokens.lengths, batches),
    }
    return _Work(tokens, len(texts.prompts), batches, stats)


def _resolve_pooling(pooling: str, model: EmbeddingModel, tokens: TokenRows) -> str:
    """'auto' is the mean for a model whose tokens see those after them, the last token for a causal one."""
    if pooling != "auto":
        return pooling
    return "mean" if looks_ahead(model.network, *probe_tokens(tokens)) else "last-token"


def _describe_source(params: FeaturesExtractParams, max_tokens: int, model_hash: str, pooling: str) -> dict[str, Any]:
    """What the features depend on besides the texts; a part of the store's id, so without paths of this machine."""
    return {
        "type": "transformers",
        "model": model_name(params.model),
        "revision": params.revision,
        "modelHash": model_hash,
        "promptTemplate": params.prompt_template,
        "responseTemplate": params.response_template,
        "pooling": pooling,
        "maxTokens": max_tokens,
        "dtype": params.dtype,
        "storeDtype": params.store_dtype,
        "layer": "last",
    }


def _describe_chat(params: FeaturesExtractParams, model: EmbeddingModel) -> dict[str, Any]:
    """The chat template by its hash in the place of text templates; nothing without one."""
    if params.chat is None:
        return {}
    template = model.tokenizer.get_chat_template()
    return {
        "promptTemplate": "chat",
        "responseTemplate": "chat",
        "chatTemplateSha256": hashlib.sha256(template.encode()).hexdigest(),
        "system": params.chat.system,
    }


def _embed_to_file(
    params: FeaturesExtractParams,
    folder: Path,
    dataset: DatasetTexts,
    model: EmbeddingModel,
    work: _Work,
    pooling: str,
    context: Context,
) -> FeatureFile:
    counts = {"prompts": len(dataset.prompts), "responses": len(dataset.responses)}
    file: FeatureFile | None = None
    dtype = DTYPES[params.store_dtype]
    plan = BatchPlan(work.tokens, work.batches, "embedding")

    def pool(hidden_btd: torch.Tensor, mask_bt: torch.Tensor, _rows: np.ndarray) -> torch.Tensor:
        return POOLINGS[pooling](hidden_btd, mask_bt).to(dtype)

    for part in run_batches(model, plan, pool, context):
        _check_finite(part, work.prompt_count, params)
        file = file or FeatureFile(folder, params.store_dtype, counts, part.values_bf.shape[1], dataset.splits)
        _write_part(file, part, work.prompt_count)
    assert file is not None, "a dataset has at least one prompt"
    context.progress(len(work.tokens.ids), len(work.tokens.ids), note="writing the store")
    return file


def _check_finite(part: BatchValues, prompt_count: int, params: FeaturesExtractParams) -> None:
    finite_b = torch.isfinite(part.values_bf).all(dim=1)
    if bool(finite_b.all()):
        return
    row = int(part.rows[int(finite_b.int().argmin())])
    kind, number = ("prompts", row) if row < prompt_count else ("responses", row - prompt_count)
    raise invalid_data(
        f"Cannot embed row {number} of {kind}: model '{params.model}' in {params.dtype}, stored as "
        f"{params.store_dtype}, gave NaN or infinity, finite features are needed (a wider dtype may help)"
    )


def _write_part(file: FeatureFile, part: BatchValues, prompt_count: int) -> None:
    is_prompt_b = part.rows < prompt_count
    file.write_rows("prompts", part.rows[is_prompt_b], part.values_bf[is_prompt_b])
    file.write_rows("responses", part.rows[~is_prompt_b] - prompt_count, part.values_bf[~is_prompt_b])


def _summarise(store_id: str, file: FeatureFile, stats: dict[str, Any]) -> FeaturesExtractData:
    return FeaturesExtractData(
        id=store_id,
        prompts=file.shapes["prompts"][0],
        responses=file.shapes["responses"][0],
        dimension=file.shapes["prompts"][1],
        truncated_prompts=stats["truncatedPrompts"],
        truncated_responses=stats["truncatedResponses"],
        lost_responses=stats["lostResponses"],
        tokens=stats["tokens"],
        padding_share=stats["paddingShare"],
        wall_seconds=stats["wallSeconds"],
    )
