"""Makes the plan of an extraction: which way the model is run, batches and parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ...context.context import Context
from ...models.known_tokens import refuse_unknown_tokens
from ...models.language_model import check_language_model
from ...models.max_tokens import resolve_max_tokens
from ...protocol.messages import FeaturesExtractParams
from ...store.manifest import DatasetOfStore
from ..batching.hidden import POOLINGS
from ..batching.reading_model import ReadingModel
from ..batching.token_budget import choose_budget
from ..batching.ways import WAYS
from ..parts.part_limits import part_limits
from ..parts.plan_file import ExtractionPlan, OutputPlan
from ..parts.plan_parts import PartLimits, PartPlan, plan_parts
from ..parts.prepare_part import PartMaker
from .check_sample import check_sample, with_branches
from .choose_way import WayCheck, check_full_batch, choose_way
from .describe_source import describe_source
from .extraction_request import ExtractionRequest
from .full_batch import FullBatch
from .part_maker import maker_of
from .resolve_outputs import resolve_outputs
from .switching_length import switching_length


def make_plan(request: ExtractionRequest, model: ReadingModel, context: Context) -> ExtractionPlan:
    """Everything that follows from a request once its model is loaded.

    Raises INVALID_ARGUMENT and INVALID_DATA for a model that cannot give what is asked for.
    """
    params, index = request.params, request.index
    max_tokens = resolve_max_tokens(params, model.loaded)
    model, outputs = resolve_outputs(params, model)
    layers = {output.layer for output in outputs} | {None}
    context.progress(0, note="trying how the model may be run")
    whole = plan_parts(index, max_tokens, True, PartLimits(1 << 62, 1 << 62))
    switch = switching_length(model.network.config)
    sample = check_sample(make_maker(request, model, max_tokens, whole), whole, switch, context)
    if params.uncertainty is not None:
        check_language_model(model.language_model, params.model, (0, 1, 2))
    budget_of = _budgets(params, model, outputs, max_tokens)
    sample = with_branches(sample)
    check = choose_way(model, sample, layers, params.way)
    full = FullBatch(budget_of(check.way), index.prompts.rows + index.responses.rows)
    check = check_full_batch(model, sample, layers, check, full, params.way)
    limits = part_limits(params, model.device.type, model.network, sum(output.dimension for output in outputs))
    parts = plan_parts(index, max_tokens, WAYS[check.way].shares_prompts, limits)
    return ExtractionPlan(
        kind="balpm-extraction",
        asked=request.asked,
        shards=params.shard.count,
        dataset=DatasetOfStore(name=index.name, hash=index.hash),
        source=describe_source(request, max_tokens),
        model_files=request.model_files,
        outputs=outputs,
        store_dtype=params.store_dtype,
        positions=None if params.uncertainty is None else params.uncertainty.positions,
        way=check.way,
        way_dtype=check.dtype,
        way_differences=_in_words(check),
        sees_ahead=model.sees_ahead,
        max_tokens=max_tokens,
        token_budget=budget_of(check.way),
        part_tokens=limits.tokens,
        part_texts=limits.texts,
        parts=parts.parts,
        order_sha256=parts.sha256,
    )


def _budgets(
    params: FeaturesExtractParams, model: ReadingModel, outputs: Sequence[OutputPlan], max_tokens: int
) -> Callable[[str], int]:
    """The token budget by way; what was found by trying is kept."""
    layers = {output.layer for output in outputs} | {None}

    def read(launched: Any) -> object:
        return [POOLINGS[output.pooling](launched.hidden, output.layer) for output in outputs]

    return cache(lambda way: params.token_budget or choose_budget(model, WAYS[way], layers, max_tokens, read))


def _in_words(check: WayCheck) -> dict[str, str]:
    return {name: f"{difference:.1e}" for name, difference in check.differences.items()}


def make_maker(request: ExtractionRequest, model: ReadingModel, max_tokens: int, plan: PartPlan) -> PartMaker:
    """How the texts of these parts are made for the model."""

    def check(ids: np.ndarray) -> None:
        refuse_unknown_tokens(model.loaded, request.params.model, ids)

    return maker_of(request, model.tokenizer, max_tokens, plan, check)
