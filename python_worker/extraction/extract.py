"""The story of one extraction: dataset → frozen plan → parts of its shard."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import torch

from ..context import Context
from ..errors import invalid_argument
from ..features.attention_direction import looks_ahead
from ..features.choose_device import choose_device
from ..features.dataset_files import PromptLine
from ..features.language_model import check_language_model, load_language_model
from ..features.max_tokens import resolve_max_tokens
from ..features.model import load_model
from ..features.model_files import find_model, hash_model, model_name
from ..features.pretrained import Pretrained
from ..features.publish_directory import unwritable
from ..features.rendering import RenderSettings, make_renderer
from ..protocol.messages import FeaturesExtractData, FeaturesExtractParams
from ..safetensors_file import hash_file
from ..store.manifest import DatasetOfStore
from .choose_way import WayCheck, choose_way, sample_groups, with_branches
from .dataset_index import DatasetIndex, index_dataset
from .describe_source import describe_outputs, describe_source
from .embed_parts import EmbeddingWork, embed_parts
from .extract_progress import ExtractProgress, matmul_parameters
from .hidden import POOLINGS
from .part_file import PartDigest, ShardManifest, publish, whole_part
from .plan_file import ExtractionPlan, OutputPlan, freeze_plan, read_plan, refuse_other_plan
from .plan_parts import PartLimits, PartPlan, block, plan_parts
from .prepare_part import PartMaker
from .reading_model import ReadingModel
from .text_file import TextFile, index_texts
from .token_budget import choose_budget
from .unit import PartTokens
from .ways import WAYS

# About a minute of a device that does so many operations a second; a part's borders must not depend on a clock.
_SECONDS = 60
_OPERATIONS_A_SECOND = {"cpu": 1.5e11, "cuda": 4e14}
# Features of a part that the host holds at once.
_PART_BYTES = 256 << 20


def extract_parts(params: FeaturesExtractParams, context: Context) -> FeaturesExtractData:
    """Embeds the parts of one share of one shard, keeping those that lie in `params.work` whole.

    Raises WorkerError naming the file, the setting, the model or the item; parts that were finished stay.
    """
    start = time.monotonic()
    _check_shards(params)
    device = choose_device(params.device, params.dtype, context)
    index = index_dataset(params.dataset)
    alone = _index_alone(params, index)
    context.check()
    request = _Request(params, index, alone, device, *_hash_model(params, context))
    work = _make_folder(Path(params.work))
    frozen = read_plan(work)
    if frozen is not None:
        refuse_other_plan(work, frozen, request.asked)
    folder = _make_folder(shard_folder(work, params.shard.index, params.shard.count))
    kept = {} if frozen is None else _whole_parts(request, frozen, folder, context)
    if frozen is not None and len(kept) == len(request.own_parts(frozen)):
        return _finish(request, frozen, folder, kept, [], start)
    model = _load(request, context)
    if frozen is None:
        frozen = freeze_plan(work, _make_plan(request, model, context))
        refuse_other_plan(work, frozen, request.asked)
        kept = _whole_parts(request, frozen, folder, context)
    made = _embed(request, model, frozen, folder, kept, context)
    return _finish(request, frozen, folder, kept, made, start)


def shard_folder(work: Path, index: int, count: int) -> Path:
    """Where the parts of shard i of n lie."""
    return work / f"{index:05d}-of-{count:05d}"


@dataclass(frozen=True)
class _Request:
    """What was asked for, and what is known without loading the model."""

    params: FeaturesExtractParams
    index: DatasetIndex
    alone: TextFile | None
    device: torch.device
    model_folder: Path
    model_hash: str
    model_files: dict[str, str]

    @property
    def asked(self) -> dict[str, Any]:
        """Every setting that parts of one extraction have in common, under the names people give them."""
        params = self.params
        return {
            "dataset": self.index.hash,
            "prompt texts": None if self.alone is None else hash_file(self.alone.path),
            "shards": params.shard.count,
            "model": model_name(params.model),
            "revision": params.revision,
            "model files": self.model_hash,
            "prompt template": params.prompt_template,
            "response template": params.response_template,
            "chat": None if params.chat is None else params.chat.system,
            "prompt cut": params.prompt_cut,
            "special tokens": params.special_tokens,
            "outputs": describe_outputs(params.outputs),
            "uncertainty": None if params.uncertainty is None else params.uncertainty.positions,
            "max tokens": params.max_tokens,
            "dtype": params.dtype,
            "store dtype": params.store_dtype,
            "token budget": params.token_budget,
            "part tokens": params.part_tokens,
            "way": params.way,
            "device": self.device.type,
        }

    def part_plan(self, frozen: ExtractionPlan) -> PartPlan:
        """Order and cuts of a frozen plan."""
        limits = PartLimits(frozen.part_tokens, frozen.part_texts)
        return plan_parts(self.index, frozen.max_tokens, frozen.way != "buckets", limits)

    def own_parts(self, frozen: ExtractionPlan) -> list[int]:
        """Parts of this share of this shard."""
        shard, share = self.params.shard, self.params.share
        return list(block(frozen.parts, shard.index, shard.count))[share.index - 1 :: share.count]


def _check_shards(params: FeaturesExtractParams) -> None:
    for what, block in (("shard", params.shard), ("share", params.share)):
        if block.index > block.count:
            raise invalid_argument(
                f"Cannot extract {what} {block.index}/{block.count}: there is no such {what}, 1/{block.count} to "
                f"{block.count}/{block.count} is needed"
            )


def _index_alone(params: FeaturesExtractParams, index: DatasetIndex) -> TextFile | None:
    if params.prompt_texts is None:
        return None
    alone = index_texts(Path(params.prompt_texts), PromptLine)
    if alone.rows != index.prompts.rows:
        raise invalid_argument(
            f"Cannot use '{params.prompt_texts}': it has {alone.rows} texts, one for each of {index.prompts.rows} "
            "prompts is needed"
        )
    return alone


def _hash_model(params: FeaturesExtractParams, context: Context) -> tuple[Path, str, dict[str, str]]:
    folder = find_model(params.model, params.revision, params.trust_remote_code)
    context.progress(0, note="hashing the model")
    return folder, hash_model(folder, params.trust_remote_code, context), {}


def _load(request: _Request, context: Context) -> ReadingModel:
    params = request.params
    context.progress(0, note="loading the model")
    source = Pretrained(request.model_folder, params.model, params.dtype, request.device, params.trust_remote_code)
    loaded = load_model(source) if params.uncertainty is None else load_language_model(source)
    return ReadingModel(loaded, looks_ahead(loaded.network, 0, 1, 2))


def _maker(request: _Request, model: ReadingModel, max_tokens: int, plan: PartPlan) -> PartMaker:
    params = request.params
    system = None if params.chat is None else params.chat.system
    adds_special = params.special_tokens and params.chat is None
    settings = RenderSettings(params.prompt_template, params.response_template, system, params.prompt_cut, adds_special)
    return PartMaker(
        request.index,
        plan,
        request.alone,
        make_renderer(settings, model.tokenizer, params.model, max_tokens),
        model.tokenizer,
        max_tokens,
        adds_special,
        counts_all=params.uncertainty is None or params.uncertainty.positions == "all",
    )


def _make_plan(request: _Request, model: ReadingModel, context: Context) -> ExtractionPlan:
    params, index = request.params, request.index
    max_tokens = resolve_max_tokens(params, model.loaded)
    outputs = _resolve_outputs(params, model)
    layers = {output.layer for output in outputs} | {None}
    context.progress(0, note="trying how the model may be run")
    whole = plan_parts(index, max_tokens, True, PartLimits(1 << 62, 1 << 62))
    sample = _sample(_maker(request, model, max_tokens, whole), whole)
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
        source=describe_source(params, model.tokenizer, max_tokens, request.model_hash),
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
    """Tokens of the largest group, one of the middle and the smallest; of each with at most seven answers."""
    places = sorted({0, len(plan.prompts) // 2, len(plan.prompts) - 1})
    return sample_groups([_few(maker.sample(plan.prompts[place : place + 1])) for place in places])


def _few(tokens: PartTokens) -> PartTokens:
    kept = tokens.groups[0][:8]
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
    width = {"float32": 4}.get(params.store_dtype, 2) * sum(output.dimension for output in outputs)
    return PartLimits(params.part_tokens or max(1, usual), max(1, _PART_BYTES // width))


def _whole_parts(request: _Request, frozen: ExtractionPlan, folder: Path, context: Context) -> dict[int, PartDigest]:
    plan, kept = frozen.sha256, {}
    for part in request.own_parts(frozen):
        context.check()
        digest = whole_part(folder, part, plan)
        if digest is not None:
            kept[part] = digest
    return kept


def _embed(
    request: _Request,
    model: ReadingModel,
    frozen: ExtractionPlan,
    folder: Path,
    kept: dict[int, PartDigest],
    context: Context,
) -> list[PartDigest]:
    plan = request.part_plan(frozen)
    parts = [part for part in request.own_parts(frozen) if part not in kept]
    progress = ExtractProgress(request.index, plan, parts, list(kept), context)
    progress.begin(model, request.params.dtype)
    maker = _maker(request, model, frozen.max_tokens, plan)
    work = EmbeddingWork(folder, parts, frozen, maker, request.params.model, request.params.dtype)
    return embed_parts(model, work, progress, context)


def _finish(
    request: _Request,
    frozen: ExtractionPlan,
    folder: Path,
    kept: dict[int, PartDigest],
    made: list[PartDigest],
    start: float,
) -> FeaturesExtractData:
    params = request.params
    if params.share.count == 1:
        _publish_shard(request, frozen, folder, [*kept.values(), *made])
    return FeaturesExtractData(
        plan=frozen.sha256,
        way=frozen.way,
        parts=frozen.parts,
        own_parts=len(kept) + len(made),
        kept_parts=len(kept),
        tokens=sum(digest.tokens for digest in made),
        positions=sum(digest.positions for digest in made),
        max_tokens=frozen.max_tokens,
        token_budget=frozen.token_budget,
        wall_seconds=round(time.monotonic() - start, 3),
    )


def _publish_shard(request: _Request, frozen: ExtractionPlan, folder: Path, parts: list[PartDigest]) -> None:
    shard, device = request.params.shard, request.device
    manifest = ShardManifest(
        kind="balpm-shard",
        plan=frozen.sha256,
        shard=shard.index,
        shards=shard.count,
        first_part=min((digest.part for digest in parts), default=0),
        parts=len(parts),
        texts=sum(digest.texts for digest in parts),
        device="cpu" if device.type == "cpu" else torch.cuda.get_device_name(device),
    )
    publish(folder / "shard.json", msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def _make_folder(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(str(folder), error) from error
    return folder
