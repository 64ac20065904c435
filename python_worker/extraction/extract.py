"""The story of one extraction: dataset → frozen plan → parts of its shard."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import torch

from ..base.errors import invalid_argument
from ..base.left_over import remove_left_over
from ..base.safetensors_file import publish_file
from ..base.unwritable import unwritable
from ..context.context import Context
from ..models.pretrained import load_tokenizer
from ..protocol.messages import FeaturesExtractData, FeaturesExtractParams
from ..texts.doubled_tokens import doubled_tokens
from ..texts.tokenizer_hash import hash_tokenizer
from .batching.reading_model import ReadingModel, load_reading_model
from .parts.embed_parts import EmbeddingWork, embed_parts
from .parts.extract_progress import ExtractProgress
from .parts.part_file import PartDigest, ShardManifest, doubled_in, whole_part
from .parts.plan_file import (
    ExtractionPlan,
    freeze_plan,
    read_plan,
    refuse_other_cuts,
    refuse_other_plan,
    refuse_other_settings,
)
from .planning.extraction_request import ExtractionRequest, read_request
from .planning.make_plan import make_maker, make_plan
from .planning.resolve_outputs import read_as_planned


def extract_parts(params: FeaturesExtractParams, context: Context) -> FeaturesExtractData:
    """Embeds the parts of one share of one shard, keeping those that lie in `params.work` whole.

    Raises WorkerError naming the file, the setting, the model or the item; parts that were finished stay.
    """
    start = time.monotonic()
    request = read_request(params, context)
    work = Path(params.work)
    folder = shard_folder(work, params.shard.index, params.shard.count)
    frozen = read_plan(work)
    kept: dict[int, PartDigest] = {}
    if frozen is not None:
        refuse_other_settings(work, frozen, request.asked)
    request = request.with_chat()
    if frozen is not None:
        refuse_other_plan(work, frozen, request.asked)
        kept = _whole_parts(request, frozen, folder, context)
        if len(kept) == len(request.own_parts(frozen)):
            return _finish(request, frozen, folder, kept, [], start)
    _refuse_other_tokenizer(request)
    context.progress(0, note="loading the model")
    model = load_reading_model(request.source, request.params.uncertainty is not None)
    if frozen is None:
        plan = make_plan(request, model, context)
        context.check()  # an extraction that was cancelled before it began leaves nothing
        _make_folder(work)
        frozen = freeze_plan(work, plan)
        refuse_other_plan(work, frozen, request.asked)
        kept = _whole_parts(request, frozen, folder, context)
    made = _embed(request, read_as_planned(model, frozen, work), frozen, folder, kept, context)
    return _finish(request, frozen, folder, kept, made, start)


def shard_folder(work: Path, index: int, count: int) -> Path:
    """Where the parts of shard i of n lie."""
    return work / f"{index:05d}-of-{count:05d}"


def _refuse_other_tokenizer(request: ExtractionRequest) -> None:
    """Texts that were cut to a number of tokens are cut so for the tokenizer that counted; weights need no loading for that."""
    cut_by = request.index.cut_by
    if cut_by is None or cut_by == hash_tokenizer(load_tokenizer(request.source)):
        return
    raise invalid_argument(
        f"Cannot embed '{request.index.name}' with model '{request.params.model}': its prompts were cut by tokens of "
        "another tokenizer, a model with that tokenizer (or a cut by this one) is needed"
    )


def _whole_parts(request: ExtractionRequest, frozen: ExtractionPlan, folder: Path, context: Context) -> dict[int, PartDigest]:
    plan, kept = frozen.sha256, {}
    for part in request.own_parts(frozen):
        context.check()
        digest = whole_part(folder, part, plan)
        if digest is not None:
            kept[part] = digest
    return kept


def _embed(
    request: ExtractionRequest,
    model: ReadingModel,
    frozen: ExtractionPlan,
    folder: Path,
    kept: dict[int, PartDigest],
    context: Context,
) -> list[PartDigest]:
    _make_folder(folder)
    for place in (folder.parent, folder):
        remove_left_over(place)
    plan = request.part_plan(frozen)
    refuse_other_cuts(folder.parent, frozen, plan.sha256)
    parts = [part for part in request.own_parts(frozen) if part not in kept]
    progress = ExtractProgress(request.index, plan, parts, list(kept), context)
    progress.begin(model, request.params.dtype)
    maker = make_maker(request, model, frozen.max_tokens, plan)
    work = EmbeddingWork(folder, parts, frozen, maker, request.params.model, request.params.dtype)
    return embed_parts(model, work, progress, context)


def _finish(
    request: ExtractionRequest,
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
        doubled_tokens=doubled_tokens(doubled_in([*kept.values(), *made])),
        max_tokens=frozen.max_tokens,
        token_budget=frozen.token_budget,
        wall_seconds=round(time.monotonic() - start, 3),
    )


def _publish_shard(request: ExtractionRequest, frozen: ExtractionPlan, folder: Path, parts: list[PartDigest]) -> None:
    _make_folder(folder)
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
    publish_file(folder / "shard.json", msgspec.json.format(msgspec.json.encode(manifest), indent=2) + b"\n")


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise unwritable(str(folder), error) from error
