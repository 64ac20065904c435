"""The story of a forecast: dataset → sample of texts → tokens; configuration → sizes; weights, where they are → a trial."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from ..base.errors import WorkerError
from ..context.context import Context
from ..data.dataset_index import DatasetIndex, index_dataset
from ..models.choose_device import choose_device
from ..models.files.hub_directory import find_directory, find_missing
from ..models.files.model_files import find_adapter, published_description, published_model
from ..models.files.weight_files import check_weight_files, count_parameters
from ..models.fitting_class import network_without_weights, read_config
from ..models.max_tokens import max_tokens_within
from ..models.model import embedding_part, max_positions_of
from ..models.pretrained import DTYPES, Pretrained, load_error, load_tokenizer
from ..protocol.messages import FeaturesExtractParams, FeaturesForecastData, FeaturesForecastParams
from .batching.unit import units_of_groups
from .parts.part_limits import part_limits
from .parts.plan_parts import PartLimits, PartPlan, estimate_tokens, plan_parts
from .planning.extraction_request import ExtractionRequest, index_alone
from .planning.part_maker import maker_of
from .trial import Sample, Trial, run_trial

_QUANTISED_BYTES = {"8bit": 1.0, "4bit": 0.5}
_BYTES_OF_ITEM = 12
_GROUPS_AT_A_TIME = 64
_UNLIMITED = PartLimits(1 << 62, 1 << 62)


@dataclass(frozen=True)
class _Network:
    """The network's shape without its weights, its parameters, and why these are not here (None: they are)."""

    shape: torch.nn.Module
    parameters: int
    absent: str | None


def forecast(params: FeaturesForecastParams, context: Context) -> FeaturesForecastData:
    """What the extraction would take. Only configuration and tokenizer are needed; of a hub model these are fetched.

    Raises INVALID_DATA and INVALID_ARGUMENT as the extraction would.
    """
    asked = params.extraction
    index = index_dataset(asked.dataset)
    device, obstacle = _device(asked, context)
    request = _request(asked, index, device, context)
    network = _network(request)
    tokenizer = load_tokenizer(request.source)
    max_tokens = max_tokens_within(asked, tokenizer, max_positions_of(network.shape, tokenizer))
    whole = plan_parts(index, max_tokens, True, _UNLIMITED)
    sample = _sample(request, max_tokens, whole, params.sample)
    counted = _count(request, sample, whole, context)
    dimension = _dimension(network.shape)
    kind = device.type if obstacle is None else "cuda"
    outputs = len(asked.outputs)
    limits = part_limits(asked, kind, network.shape, outputs * (dimension or 1))
    found: Trial | str = obstacle or network.absent or run_trial(request, sample, network.parameters, context)
    shares = found.way in ("tree", "prefix-cache") if isinstance(found, Trial) else asked.way not in ("buckets", "singles")
    missing = find_missing(published_model(asked.model, asked.revision, asked.trust_remote_code))
    return FeaturesForecastData(
        prompts=index.prompts.rows,
        responses=index.responses.rows,
        max_tokens=max_tokens,
        counted_texts=counted.texts,
        tokens=counted.all(False),
        shared_tokens=counted.all(True),
        parts=plan_parts(index, max_tokens, shares, limits).parts,
        device=kind,
        dimension=dimension,
        store_bytes=None if dimension is None else _store_bytes(asked, index, dimension),
        parameters=network.parameters,
        parameters_from="weights" if network.absent is None else "config",
        weight_bytes=int(network.parameters * _QUANTISED_BYTES.get(asked.quantisation or "", DTYPES[asked.dtype].itemsize)),
        fetch_bytes=None if missing is None else missing.bytes,
        trial=None if isinstance(found, str) else found.message(),
        unmeasured=found if isinstance(found, str) else None,
    )


def _device(asked: FeaturesExtractParams, context: Context) -> tuple[torch.device, str | None]:
    """Where a trial would run here, and why there can be none: another device is meant."""
    try:
        return choose_device(asked.device, asked.dtype, context), None
    except WorkerError as error:
        return torch.device("cpu"), f"not on this machine ({error.message})"


def _request(asked: FeaturesExtractParams, index: DatasetIndex, device: torch.device, context: Context) -> ExtractionRequest:
    described = published_description(asked.model, asked.revision, asked.trust_remote_code)
    source = Pretrained(
        folder=find_directory(described, context),
        name=asked.model,
        dtype=asked.dtype,
        device=device,
        trust_remote_code=asked.trust_remote_code,
        adapter=None if asked.adapter is None else find_adapter(asked.adapter, context),
        attention=asked.attention,
        quantisation=asked.quantisation,
        device_map=asked.device_map,
    )
    return ExtractionRequest(asked, index, index_alone(asked, index), device, source, "", {}).with_chat()


def _network(request: ExtractionRequest) -> _Network:
    from transformers import AutoModel

    source = request.source
    network: Any = network_without_weights(AutoModel, read_config(source), source)
    if network is None:
        raise load_error(f"model '{source.name}'", ValueError("its network cannot be made of its configuration"))
    shape = embedding_part(network)
    try:
        check_weight_files(source.folder, source.name)
        return _Network(shape, count_parameters(source.folder, source.name), None)
    except WorkerError as error:
        parameters = sum(parameter.numel() for parameter in shape.parameters())
        return _Network(shape, parameters, f"its weights are not here ({error.message})")


def _dimension(network: Any) -> int | None:
    config = network.config.get_text_config()
    width = getattr(config, "hidden_size", None)
    return width if isinstance(width, int) and width > 0 else None


def _store_bytes(asked: FeaturesExtractParams, index: DatasetIndex, dimension: int) -> int:
    texts = index.prompts.rows + index.responses.rows
    items = sum(len(rows) for rows in index.splits.values())
    return len(asked.outputs) * (DTYPES[asked.store_dtype].itemsize * dimension * texts + _BYTES_OF_ITEM * items)


def _sample(request: ExtractionRequest, max_tokens: int, whole: PartPlan, texts: int) -> Sample:
    """Groups from the largest to the smallest at equal distances, so many that they hold about `texts` texts."""
    index = request.index
    total = index.prompts.rows + index.responses.rows
    groups = min(index.prompts.rows, max(1, -(-index.prompts.rows * texts // total)))
    places = np.unique(np.linspace(0, index.prompts.rows - 1, groups).round().astype(np.int64))
    return Sample(whole.prompts[places], max_tokens)


@dataclass
class _Counted:
    """Tokens of the sample, each text by itself and with shared prompts, and what all texts have for one of the sample."""

    texts: int
    tokens: dict[bool, int]
    scale: Callable[[bool], float]

    def all(self, shares_prompts: bool) -> int:
        """Tokens of all texts."""
        return round(self.tokens[shares_prompts] * self.scale(shares_prompts))


def _count(request: ExtractionRequest, sample: Sample, whole: PartPlan, context: Context) -> _Counted:
    """Splits the sample; texts beyond it count by the bytes of their lines."""
    max_tokens = sample.max_tokens
    maker = maker_of(request, load_tokenizer(request.source), max_tokens, whole, lambda ids: None)
    tokens, texts = {False: 0, True: 0}, 0
    for begin in range(0, len(sample.prompts), _GROUPS_AT_A_TIME):
        context.check()
        context.progress(begin, len(sample.prompts), note="counting tokens")
        split = maker.sample(sample.prompts[begin : begin + _GROUPS_AT_A_TIME])
        texts += len(split.sequences)
        tokens[False] += sum(map(len, split.sequences))
        tokens[True] += sum(map(len, units_of_groups(split, 1 << 30)))

    def scale(shares_prompts: bool) -> float:
        estimates_p = estimate_tokens(request.index, max_tokens, shares_prompts)
        return float(estimates_p.sum()) / float(estimates_p[sample.prompts].sum())

    return _Counted(texts, tokens, scale)
