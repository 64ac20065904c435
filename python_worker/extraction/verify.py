"""Whether a store holds what its manifest says: a sample of its texts is embedded again, the plain way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors import safe_open

from ..base.errors import WorkerError, invalid_data
from ..base.seeding import torch_generator
from ..context.context import Context
from ..models.pretrained import DTYPES
from ..protocol.messages import (
    ChatTurns,
    FeatureOutput,
    FeaturesExtractParams,
    FeaturesVerifyData,
    FeaturesVerifyParams,
    Shard,
)
from ..store.manifest import StoreManifest, read_manifest
from .batching.hidden import POOLINGS
from .batching.reading_model import ReadingModel, load_reading_model
from .batching.unit import PartTokens
from .batching.ways import WAYS
from .parts.plan_parts import PartLimits, plan_parts
from .parts.prepare_part import PartMaker
from .planning.extraction_request import ExtractionRequest, read_request
from .planning.make_plan import make_maker

# Relative differences between batches of different shapes, by the type the model computes in.
_ROUNDING = {"float32": 1e-4, "float16": 2e-2, "bfloat16": 1e-1}
# One step of the type the store holds, in which two roundings may differ.
_STEP = {"float32": 0.0, "float16": 2.0**-10, "bfloat16": 2.0**-7}


def verify_store(params: FeaturesVerifyParams, context: Context) -> FeaturesVerifyData:
    """Compares features of the sample with those embedded one text at a time.

    Raises INVALID_DATA for a store of another dataset, another model, or one that no model of transformers made.
    """
    manifest = read_manifest(Path(params.store))
    request = read_request(_as_extraction(params, manifest), context)
    _check_belongs(params, manifest, request)
    request = request.with_chat()
    _check_date(params, manifest, request)
    context.progress(0, note="loading the model")
    model = load_reading_model(request.source, False)
    if manifest.source.get("finalNorm") is False:
        model = model.with_last_block()
    plan = plan_parts(request.index, 1, True, PartLimits(1 << 62, 1 << 62))
    maker = make_maker(request, model, int(manifest.source["maxTokens"]), plan)
    texts = _sample(params, request)
    differences = []
    with safe_open(Path(params.store) / manifest.features.file, framework="pt") as tensors:
        for done, text in enumerate(texts):
            context.check()
            context.progress(done, len(texts), note="verifying")
            stored_d = tensors.get_slice(text.kind)[text.row].float()
            differences.append(_difference(stored_d, _embed_alone(model, maker, text, manifest)))
    return _summarise(texts, differences, manifest)


@dataclass(frozen=True)
class _Text:
    """A prompt or a response by row; `prompt` is its group."""

    kind: str
    row: int
    prompt: int

    def __str__(self) -> str:
        return f"row {self.row} of {self.kind}"


def _as_extraction(params: FeaturesVerifyParams, manifest: StoreManifest) -> FeaturesExtractParams:
    """The extraction that made the store."""
    source = manifest.source
    if source.get("type") != "transformers":
        raise invalid_data(
            f"Cannot verify '{params.store}': its features are of type '{source.get('type')}', a store that features "
            "extract made with a model is needed"
        )
    whole = Shard(index=1, count=1)
    layer = source["layer"]
    return FeaturesExtractParams(
        dataset=params.dataset, work="", shard=whole, share=whole, model=params.model, revision=params.revision,
        dtype=params.dtype, device=params.device, trust_remote_code=params.trust_remote_code, adapter=params.adapter,
        attention=params.attention, quantisation=params.quantisation, device_map=params.device_map,
        prompt_template=source["promptTemplate"], response_template=source["responseTemplate"],
        chat=ChatTurns(system=source["system"], date=source.get("chatDate")) if "system" in source else None,
        # Older stores knew no other cut; the texts of the reference's are cut already.
        prompt_cut="paper" if source.get("promptCut") == "paper" else "end",
        special_tokens=source.get("specialTokens", True), max_tokens=source["maxTokens"],
        prompt_texts=params.prompt_texts, uncertainty=None, store_dtype=manifest.features.dtype, token_budget=None,
        outputs=[FeatureOutput(pooling=source["pooling"], layer=None if layer == "last" else layer)], part_tokens=None,
        way="singles",
    )  # fmt: skip


def _check_belongs(params: FeaturesVerifyParams, manifest: StoreManifest, request: ExtractionRequest) -> None:
    if manifest.dataset.hash != request.index.hash:
        raise _foreign(params, f"it was made for dataset '{manifest.dataset.name}' of other texts", "its own dataset")
    if manifest.source["modelHash"] != request.model_hash:
        raise _foreign(params, f"the files of '{params.model}' are not those it was made with", "the same model")


def _check_date(params: FeaturesVerifyParams, manifest: StoreManifest, request: ExtractionRequest) -> None:
    """Older stores hold the date of the day they were made, which nothing tells."""
    if request.chat is not None and request.chat.date is not None and "chatDate" not in manifest.source:
        raise invalid_data(
            f"Cannot verify '{params.store}': its chat template writes the date, and the store does not say which; "
            "extract it anew"
        )


def _foreign(params: FeaturesVerifyParams, found: str, needed: str) -> WorkerError:
    return invalid_data(f"Cannot verify '{params.store}': {found}, {needed} is needed")


def _sample(params: FeaturesVerifyParams, request: ExtractionRequest) -> list[_Text]:
    """Texts drawn without replacement: half prompts, half responses, more of one where the other has fewer."""
    index = request.index
    prompts, responses = index.prompts.rows, index.responses.rows
    total = min(params.sample, prompts + responses)
    many = min(prompts, max(total // 2, total - responses))
    drawn = _draw(params.seed, "prompts", prompts, many), _draw(params.seed, "responses", responses, total - many)
    return [_Text("prompts", row, row) for row in drawn[0]] + [
        _Text("responses", row, int(index.response_prompts[row])) for row in drawn[1]
    ]


def _draw(seed: int, kind: str, rows: int, count: int) -> list[int]:
    generator = torch_generator(["verify", seed, kind])
    return sorted(torch.randperm(rows, generator=generator)[:count].tolist())


@torch.inference_mode()
def _embed_alone(model: ReadingModel, maker: PartMaker, text: _Text, manifest: StoreManifest) -> torch.Tensor:
    """The text's feature, (D,), rounded as the store's are. Its group is rendered whole, as a cut depends on it."""
    source: dict[str, Any] = manifest.source
    layer = None if source["layer"] == "last" else int(source["layer"])
    tokens = maker.sample(np.array([text.prompt]))
    number = 0 if text.kind == "prompts" else 1 + int(np.searchsorted(maker.index.responses_of(text.prompt), text.row))
    alone = PartTokens([tokens.sequences[number]], [np.array([0])], tokens.counted[number : number + 1])
    singles = WAYS["singles"]
    launched = singles.run(model, singles.plan(alone, len(alone.sequences[0]))[0], {layer, None})
    feature_1d = POOLINGS[source["pooling"]](launched.hidden, layer)
    return feature_1d[0].to(DTYPES[manifest.features.dtype]).float().cpu()


def _difference(stored_d: torch.Tensor, again_d: torch.Tensor) -> float:
    difference = (stored_d - again_d).double().norm() / again_d.double().norm().clamp(min=1e-30)
    return float(torch.nan_to_num(difference, nan=torch.inf, posinf=torch.inf))


def _summarise(texts: Sequence[_Text], differences: Sequence[float], manifest: StoreManifest) -> FeaturesVerifyData:
    # The wire has no infinity.
    finite = [min(difference, 1e308) for difference in differences]
    tolerance = _ROUNDING[str(manifest.source["dtype"])] + _STEP[manifest.features.dtype]
    worst = int(np.argmax(finite))
    return FeaturesVerifyData(
        prompts=sum(text.kind == "prompts" for text in texts),
        responses=sum(text.kind == "responses" for text in texts),
        max_difference=finite[worst],
        mean_difference=float(np.mean(np.minimum(finite, 1e300))),
        tolerance=tolerance,
        wrong=sum(difference > tolerance for difference in finite),
        worst=str(texts[worst]),
    )
