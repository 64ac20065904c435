"""A few batches of a sample through a model, timed."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from ..base.memory import available_mib, peak_resident_mib
from ..context.context import Context
from ..models.pretrained import DTYPES
from ..protocol.messages import ExtractionTrial
from .batching.reading_model import ReadingModel, load_reading_model
from .batching.ways import WAYS
from .parts.embed_parts import read_batch
from .parts.plan_parts import PartPlan
from .planning.make_plan import make_maker, make_plan

if TYPE_CHECKING:
    from .parts.plan_file import ExtractionPlan
    from .planning.extraction_request import ExtractionRequest

# A measurement is over after so many seconds, but never within its first batch.
_SECONDS = 5.0
_GROUPS = 256
# More would take minutes to try on a processor, and no store is made there.
_MOST_ON_CPU = 3_000_000_000
_ROOM = 1.3


@dataclass(frozen=True)
class Sample:
    """Prompt rows of some groups, largest first, int64 (n,), whose texts have `max_tokens` tokens at most."""

    prompts: np.ndarray
    max_tokens: int


@dataclass(frozen=True)
class Trial:
    """Tokens that went through the model, in how many seconds, and how; memory in MiB."""

    tokens: int
    seconds: float
    way: str
    memory: int

    def message(self) -> ExtractionTrial:
        """For the wire."""
        return ExtractionTrial(tokens=self.tokens, seconds=self.seconds, way=self.way, memory_mib=self.memory)


def run_trial(request: ExtractionRequest, sample: Sample, parameters: int, context: Context) -> Trial | str:
    """Loads the model, chooses the way it is run and times batches of the sample; or says why not, in words.

    Raises as the extraction would.
    """
    obstacle = _obstacle(request, parameters)
    if obstacle is not None:
        return obstacle
    context.progress(0, note="loading the model")
    model = load_reading_model(request.source, request.params.uncertainty is not None)
    plan = make_plan(request, model, context)
    return _measure(request, model, plan, sample, context)


def _obstacle(request: ExtractionRequest, parameters: int) -> str | None:
    need = int(parameters * DTYPES[request.source.dtype].itemsize * _ROOM) >> 20
    if request.device.type == "cpu":
        if parameters > _MOST_ON_CPU:
            return f"{parameters / 1e9:.1f} billion parameters would take minutes to try on a processor"
        free = available_mib()
    else:
        free = torch.cuda.mem_get_info(request.device)[0] >> 20
    if request.source.quantisation is not None or request.source.device_map is not None or need <= free:
        return None
    return f"the model needs about {need / 1024:.1f} GiB and {free / 1024:.1f} GiB are free on this machine"


@torch.inference_mode()
def _measure(
    request: ExtractionRequest, model: ReadingModel, plan: ExtractionPlan, sample: Sample, context: Context
) -> Trial:
    """The first batch warms up and counts only where there is no other."""
    # Every so many groups, so that batches of all lengths are in it.
    step = max(1, len(sample.prompts) // _GROUPS)
    prompts = sample.prompts[::step][:_GROUPS]
    part = PartPlan(prompts, np.array([0, len(prompts)]), np.array([0]))
    prepared = make_maker(request, model, plan.max_tokens, part).prepare(0, WAYS[plan.way], plan.token_budget)
    tokens, begun = 0, time.monotonic()
    order = np.random.default_rng(0).permutation(len(prepared.batches))
    for number, batch in enumerate(order):
        context.check()
        context.progress(number, len(order), note="trying the model")
        if number == 1:
            tokens, begun = 0, time.monotonic()
        for arriving in read_batch(model, prepared.batches[batch], plan):
            arriving.wait()
            tokens += arriving.tokens
        if number > 0 and time.monotonic() - begun > _SECONDS:
            break
    seconds = max(time.monotonic() - begun, 1e-6)
    is_gpu = model.device.type == "cuda"
    memory = torch.cuda.max_memory_allocated(model.device) >> 20 if is_gpu else peak_resident_mib()
    return Trial(tokens, seconds, plan.way, memory)
