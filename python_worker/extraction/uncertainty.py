"""The story of next-token entropies: texts → tokens → batches → entropies of positions → columns of items."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ..base.errors import invalid_argument, invalid_data
from ..base.publish_directory import check_place
from ..base.safetensors_file import publish_file
from ..context.context import Context
from ..data.dataset_texts import DatasetTexts, read_dataset_texts
from ..features.batches import padding_share, plan_batches
from ..features.entropy_columns import COLUMNS, column_lines, entropy_columns
from ..features.run_batches import BatchPlan, run_batches
from ..features.token_entropy import entropy_statistics
from ..models.attention_direction import probe_tokens
from ..models.choose_device import choose_device
from ..models.files.model_files import hash_model
from ..models.files.model_source import find_source
from ..models.fresh_state import FreshState
from ..models.known_tokens import refuse_unknown_tokens
from ..models.language_model import LanguageModel, check_language_model, load_language_model
from ..models.max_tokens import resolve_max_tokens
from ..protocol.messages import FeaturesUncertaintyData, FeaturesUncertaintyParams
from ..texts.answer_places import PlacesInTemplate
from ..texts.doubled_tokens import count_doubled_tokens, doubled_tokens
from ..texts.response_positions import response_positions
from ..texts.templates import render_responses
from ..texts.tokens import TokenRows, tokenise
from .planning.texts_apart import keeps_texts_apart


def compute_uncertainty(params: FeaturesUncertaintyParams, context: Context) -> FeaturesUncertaintyData:
    """Entropies of a language model's next-token distributions over every answer, as columns of items in `params.out`.

    Raises WorkerError naming the file, the model or the item; then nothing is left at `params.out`.
    """
    start = time.monotonic()
    check_place(params.out)
    device = choose_device(params.device, params.dtype, context)
    items = _choose_items(params)
    texts = render_responses(params.response_template, items.dataset)
    model, model_hash = _load(params, device, context)
    work = _plan(params, model, items, texts, context)
    statistics_r4 = _run(params, model, items, work, context)
    columns = {name: entropy_columns(statistics_r4, pairs_n2) for name, pairs_n2 in items.pairs.items()}
    content = column_lines(items.ids, columns)
    publish_file(Path(params.out), content)
    return FeaturesUncertaintyData(
        sha256=hashlib.sha256(content).hexdigest(),
        columns=list(COLUMNS),
        items=sum(len(pairs) for pairs in items.pairs.values()),
        responses=len(items.rows),
        positions=int(statistics_r4[items.rows, 3].sum()),
        model_hash=model_hash,
        wall_seconds=round(time.monotonic() - start, 3),
        **work.counts,
    )


@dataclass(frozen=True)
class _Items:
    """The items asked for: per split ids and int32 (n, 2) rows of the answers (a, b), and each such row once."""

    dataset: DatasetTexts
    ids: dict[str, list[str]]
    pairs: dict[str, np.ndarray]
    rows: np.ndarray

    def first_with(self, row: int) -> str:
        """The first answer of an item that has this row, in words."""
        found = ((name, np.argwhere(pairs_n2 == row)) for name, pairs_n2 in self.pairs.items())
        name, (index, side) = next((name, places[0]) for name, places in found if len(places) > 0)
        return f"answer {'ab'[side]} of item '{self.ids[name][index]}'"


@dataclass(frozen=True)
class _Work:
    """Tokens of every answer row, the positions (begin, end) that count, int64 (R, 2), the batches, and counts."""

    tokens: TokenRows
    counted_r2: np.ndarray
    batches: list[np.ndarray]
    counts: dict[str, Any]


def _choose_items(params: FeaturesUncertaintyParams) -> _Items:
    dataset = read_dataset_texts(params.dataset)
    names = list(dataset.splits) if params.splits is None else list(dict.fromkeys(params.splits))
    unknown = [name for name in names if name not in dataset.splits]
    if unknown:
        known = ", ".join(f"'{name}'" for name in dataset.splits)
        raise invalid_argument(
            f"Cannot use split '{unknown[0]}': dataset '{dataset.name}' has no such split, one of {known} is needed"
        )
    pairs = {name: dataset.splits[name][:, 1:] for name in names}
    rows = np.unique(np.concatenate([np.empty(0, np.int32), *(pair.ravel() for pair in pairs.values())]))
    if len(rows) == 0:
        raise invalid_data(
            f"Cannot compute entropies for '{params.dataset}': there are no items, at least one is needed"
        )
    return _Items(dataset, {name: dataset.ids[name] for name in names}, pairs, rows)


def _load(params: FeaturesUncertaintyParams, device: torch.device, context: Context) -> tuple[LanguageModel, str]:
    context.progress(0, note="loading the model")
    source = find_source(params, device, context)
    model = load_language_model(source)
    return model, hash_model(source, context)[0]


def _plan(
    params: FeaturesUncertaintyParams, model: LanguageModel, items: _Items, texts: list[str], context: Context
) -> _Work:
    context.check()
    context.progress(0, note="splitting texts into tokens")
    max_tokens = resolve_max_tokens(params, model)
    tokens = tokenise(model.tokenizer, texts, max_tokens, "responses")
    refuse_unknown_tokens(model, params.model, tokens.ids)
    check_language_model(model, params.model, probe_tokens(tokens))
    places = PlacesInTemplate(params.response_template, items.dataset)
    begin_r = np.array([places.begin_of(row) for row in range(len(texts))], dtype=np.int64)
    lost_r = tokens.truncated & (tokens.covered <= begin_r)
    counted_r2 = np.stack([np.zeros(len(texts), np.int64), tokens.lengths], axis=1)
    if params.positions == "response":
        counted_r2 = response_positions(model.tokenizer, texts, _spans(places, len(texts)), max_tokens)
        _refuse_answers_without_tokens(items, counted_r2, max_tokens)
    lengths = tokens.lengths[items.rows]
    batches = plan_batches(lengths, params.token_budget)
    if not keeps_texts_apart(model, params.model, tokens, [items.rows[batch] for batch in batches]):
        context.progress(0, note="texts go through the model one at a time: those of one batch change each other")
        batches = [batch[index : index + 1] for batch in batches for index in range(len(batch))]
    counts = {
        "max_tokens": max_tokens,
        "tokens": int(lengths.sum()),
        "truncated_responses": int(tokens.truncated[items.rows].sum()),
        "lost_responses": int(lost_r[items.rows].sum()),
        "padding_share": padding_share(lengths, batches),
        "doubled_tokens": doubled_tokens(count_doubled_tokens(model.tokenizer, map(tokens.row, items.rows))),
    }
    return _Work(tokens, counted_r2, [items.rows[batch] for batch in batches], counts)


def _spans(places: PlacesInTemplate, rows: int) -> list[tuple[int, int]]:
    """Characters of the answer in each text. Raises INVALID_ARGUMENT for a template that writes answers twice."""
    spans = [span for span in map(places.span_of, range(rows)) if span is not None]
    if len(spans) < rows:
        raise invalid_argument(
            "Cannot compute next-token entropies of answers alone: the response template has {response} more than once; "
            "use one, or --positions all"
        )
    return spans


def _refuse_answers_without_tokens(items: _Items, counted_r2: np.ndarray, max_tokens: int) -> None:
    empty = items.rows[counted_r2[items.rows, 0] == counted_r2[items.rows, 1]]
    if len(empty) > 0:
        raise invalid_data(
            f"Cannot compute next-token entropies of {items.first_with(int(empty[0]))}: of {len(empty)} answers no "
            f"token is among the first {max_tokens}, larger --max-tokens or --positions all is needed"
        )


def _run(
    params: FeaturesUncertaintyParams, model: LanguageModel, items: _Items, work: _Work, context: Context
) -> np.ndarray:
    """Sum, max, min and count of each answer row, float64 (R, 4); rows not asked for stay NaN."""

    def reduce(hidden_btd: torch.Tensor, mask_bt: torch.Tensor, rows: np.ndarray) -> torch.Tensor:
        counted_b1t = _counted(mask_bt, work.counted_r2[rows]).unsqueeze(1)
        return entropy_statistics(hidden_btd, counted_b1t, model.logits, model.vocabulary)[:, 0]

    statistics_r4 = np.full((len(work.counted_r2), 4), np.nan)
    plan = BatchPlan(work.tokens, work.batches, "reading", FreshState(model.network).restore)
    for part in run_batches(model, plan, reduce, context):
        values_b4 = part.values_bf.numpy()
        _check_finite(params, items, part.rows, values_b4)
        statistics_r4[part.rows] = values_b4
    return statistics_r4


def _counted(mask_bt: torch.Tensor, counted_b2: np.ndarray) -> torch.Tensor:
    begin_b1, end_b1 = torch.from_numpy(counted_b2).to(mask_bt.device).unsqueeze(-1).unbind(dim=1)
    positions_t = torch.arange(mask_bt.shape[1], device=mask_bt.device)
    return (mask_bt != 0) & (positions_t >= begin_b1) & (positions_t < end_b1)


def _check_finite(params: FeaturesUncertaintyParams, items: _Items, rows: np.ndarray, values_b4: np.ndarray) -> None:
    finite_b = np.isfinite(values_b4).all(axis=1)
    if finite_b.all():
        return
    raise invalid_data(
        f"Cannot compute next-token entropies of {items.first_with(int(rows[finite_b.argmin()]))}: model "
        f"'{params.model}' in {params.dtype} gave NaN or infinity, finite logits are needed (a wider dtype may help)"
    )
