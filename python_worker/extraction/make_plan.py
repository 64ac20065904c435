"""Makes the plan of an extraction: which way the model is run, batches and parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from ..context import Context
from ..errors import invalid_argument
from ..features.known_tokens import refuse_unknown_tokens
from ..features.language_model import check_language_model
from ..features.max_tokens import resolve_max_tokens
from ..features.pretrained import DTYPES
from ..features.rendering import RenderSettings, make_renderer
from ..protocol.messages import FeaturesExtractParams
from ..store.manifest import DatasetOfStore
from .choose_way import WayCheck, choose_way, sample_groups, with_branches
from .describe_source import describe_source
from .extract_progress import matmul_parameters
from .extraction_request import ExtractionRequest
from .hidden import POOLINGS
from .plan_file import ExtractionPlan, OutputPlan
from .plan_parts import PartLimits, PartPlan, plan_parts
from .prepare_part import PartMaker
from .reading_model import ReadingModel
from .token_budget import choose_budget
from .unit import PartTokens
from .ways import WAYS

# About a minute of a device that does so many operations a second; a part's borders must not depend on a clock.
_SECONDS = 60
_OPERATIONS_A_SECOND = {"cpu": 1.5e11, "cuda": 4e14}
# Features of a part that the host holds at once.
_PART_BYTES = 256 << 20


def make_plan(request: ExtractionRequest, model: ReadingModel, context: Context) -> ExtractionPlan:
    """Everything that follows from a request once its model is loaded.

    Raises INVALID_ARGUMENT and INVALID_DATA for a model that cannot give what is asked for.
    """
    params, index = request.params, request.index
    max_tokens = resolve_max_tokens(params, model.loaded)
    outputs = _resolve_outputs(params, model)
    layers = {output.layer for output in outputs} | {None}
    context.progress(0, note="trying how the model may be run")
    whole = plan_parts(index, max_tokens, True, PartLimits(1 << 62, 1 << 62))
    sample = _sample(make_maker(request, model, max_tokens, whole), whole)
    if params.uncertainty is not None:
        check_language_model(model.language_model, params.model, (0, 1, 2))
    check = choose_way(model, with_branches(sample), layers, params.way)
    way = WAYS[check.way]

    def read(launched: Any) -> object:
        return [POOLINGS[output.pooling](launched.hidden, output.layer) for output in outputs]

    budget = params.token_budget or choose_budget(model, way, layers, max_tokens, read)
    limits = _limits(params, model, outputs)
    parts = plan_parts(index, max_tokens, check.way != "buckets", limits)
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
        token_budget=budget,
        part_tokens=limits.tokens,
        part_texts=limits.texts,
        parts=parts.parts,
        order_sha256=parts.sha256,
    )


def _in_words(check: WayCheck) -> dict[str, str]:
    return {name: f"{difference:.1e}" for name, difference in check.differences.items()}


def _sample(maker: PartMaker, plan: PartPlan) -> PartTokens:
    """Tokens of the largest group, the one with the longest text, one of the middle and the smallest; few of each."""
    places = sorted({0, _place_of_longest(maker, plan), len(plan.prompts) // 2, len(plan.prompts) - 1})
    return sample_groups([_few(maker.sample(plan.prompts[place : place + 1])) for place in places])


def _place_of_longest(maker: PartMaker, plan: PartPlan) -> int:
    index = maker.index
    longest_p = np.zeros(index.prompts.rows, dtype=np.int64)
    np.maximum.at(longest_p, index.response_prompts, index.responses.sizes)
    return int((longest_p + index.prompts.sizes)[plan.prompts].argmax())


def _few(tokens: PartTokens) -> PartTokens:
    """A prompt with its seven longest answers at most: what a model does to long texts alone shows in these."""
    prompt, *answers = tokens.groups[0]
    kept = [prompt, *sorted(answers, key=lambda number: -len(tokens.sequences[number]))[:7]]
    return PartTokens([tokens.sequences[number] for number in kept], [np.arange(len(kept))], tokens.counted[kept])


@torch.inference_mode()
def _resolve_outputs(params: FeaturesExtractParams, model: ReadingModel) -> list[OutputPlan]:
    """Each kind of feature once, with the pooling that 'auto' stands for. Raises INVALID_ARGUMENT for a layer too many."""
    ids_1t = torch.zeros((1, 2), dtype=torch.long, device=model.device)
    states = model.network(input_ids=ids_1t, attention_mask=torch.ones_like(ids_1t), output_hidden_states=True)
    deepest = len(states.hidden_states) - 1
    outputs: dict[str, OutputPlan] = {}
    for output in params.outputs:
        if output.layer is not None and output.layer > deepest:
            raise invalid_argument(
                f"Cannot pool hidden layer {output.layer} of model '{params.model}': it has {deepest}, a layer from 0 to "
                f"{deepest} is needed"
            )
        pooling = output.pooling if output.pooling != "auto" else "mean" if model.sees_ahead else "last-token"
        state = states.last_hidden_state if output.layer is None else states.hidden_states[output.layer]
        name = pooling if output.layer is None else f"{pooling}-layer-{output.layer}"
        outputs[name] = OutputPlan(name=name, pooling=pooling, layer=output.layer, dimension=state.shape[-1])
    return list(outputs.values())


def _limits(params: FeaturesExtractParams, model: ReadingModel, outputs: Sequence[OutputPlan]) -> PartLimits:
    speed = _OPERATIONS_A_SECOND[model.device.type]
    usual = int(_SECONDS * speed / (2 * max(1, matmul_parameters(model.network))))
    width = DTYPES[params.store_dtype].itemsize * sum(output.dimension for output in outputs)
    return PartLimits(params.part_tokens or max(1, usual), max(1, _PART_BYTES // width))


def make_maker(request: ExtractionRequest, model: ReadingModel, max_tokens: int, plan: PartPlan) -> PartMaker:
    """How the texts of these parts are made for the model."""
    params = request.params
    adds_special = params.special_tokens and params.chat is None
    settings = RenderSettings(params.prompt_template, params.response_template, request.chat, params.prompt_cut, adds_special)
    return PartMaker(
        request.index,
        plan,
        request.alone,
        make_renderer(settings, model.tokenizer, max_tokens),
        model.tokenizer,
        max_tokens,
        adds_special,
        counts_all=params.uncertainty is None or params.uncertainty.positions == "all",
        check_ids=lambda ids: refuse_unknown_tokens(model.loaded, params.model, ids),
    )
