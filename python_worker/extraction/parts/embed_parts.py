"""Sends parts through a model, one after the other, while the host makes the next one and writes the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ...base.errors import WorkerError, invalid_data
from ...base.out_of_memory import free_memory_of, memory_code
from ...context.context import Context
from ...models.pretrained import DTYPES
from ..batching.hidden import POOLINGS, entropies
from ..batching.reading_model import ReadingModel
from ..batching.text_too_long import text_too_long
from ..batching.unit import Unit, halves_of
from ..batching.ways import WAYS, Launched
from .extract_progress import ExtractProgress
from .part_file import PartDigest, write_part
from .plan_file import ExtractionPlan
from .prepare_part import PartMaker, PreparedPart

# Beside the features, which are called after their pooling.
_ENTROPIES = "entropies"


@dataclass(frozen=True)
class EmbeddingWork:
    """The parts to make, how, and the folder they go to; `name` is the model's, for messages."""

    folder: Path
    parts: Sequence[int]
    plan: ExtractionPlan
    maker: PartMaker
    name: str
    dtype: str


@dataclass
class PartValues:
    """What was read of a part: features by output, (texts, D) on the CPU; entropy statistics, float64 (texts, 4)."""

    features: dict[str, torch.Tensor]
    entropies: torch.Tensor | None
    tokens: int = 0
    positions: int = 0


@dataclass(frozen=True)
class Arriving:
    """Values of some sequences on their way to the host."""

    sequences: np.ndarray
    values: dict[str, torch.Tensor]
    tokens: int
    positions: int
    arrived: torch.cuda.Event | None = None

    def wait(self) -> None:
        """Until they are there."""
        if self.arrived is not None:
            self.arrived.synchronize()


def embed_parts(model: ReadingModel, work: EmbeddingWork, progress: ExtractProgress, context: Context) -> list[PartDigest]:
    """Makes and publishes each part. Raises INVALID_DATA for features that are not finite, OOM_GPU, OOM_CPU."""
    way, plan = WAYS[work.plan.way], work.plan
    written: list[Future[PartDigest]] = []
    with ThreadPoolExecutor(1, "tokenise") as ahead, ThreadPoolExecutor(1, "write") as behind:
        try:
            for part in _one_ahead(ahead, work.parts, lambda part: work.maker.prepare(part, way, plan.token_budget)):
                values = embed_part(model, part, work, progress, context)
                if len(written) > 1:
                    written[-2].result()  # at most one part waits to be written
                written.append(behind.submit(_write, work, part, values))
            return [future.result() for future in written]
        finally:
            ahead.shutdown(cancel_futures=True)


def _one_ahead(
    pool: ThreadPoolExecutor, parts: Sequence[int], prepare: Callable[[int], PreparedPart]
) -> Iterator[PreparedPart]:
    waiting: Future[PreparedPart] | None = None
    for part in parts:
        following = pool.submit(prepare, part)
        if waiting is not None:
            yield waiting.result()
        waiting = following
    if waiting is not None:
        yield waiting.result()


@torch.inference_mode()
def embed_part(
    model: ReadingModel, part: PreparedPart, work: EmbeddingWork, progress: ExtractProgress, context: Context
) -> PartValues:
    """Values of every text of a part. Each batch is taken in after the next one was launched, so a GPU never waits."""
    values = _empty_values(len(part.bits), work.plan)
    previous: Arriving | None = None
    for batch in part.batches:
        context.check()
        for arriving in read_batch(model, batch, work.plan):
            _take_in(previous, values)
            previous = arriving
            values.tokens += arriving.tokens
            values.positions += arriving.positions
            progress.add_batch(part.number, arriving.tokens)
    _take_in(previous, values)
    _check_finite(part, values, work)
    progress.finish_part(part)
    return values


def _empty_values(texts: int, plan: ExtractionPlan) -> PartValues:
    dtype = DTYPES[plan.store_dtype]
    features = {output.name: torch.empty((texts, output.dimension), dtype=dtype) for output in plan.outputs}
    entropies = None if plan.positions is None else torch.empty((texts, 4), dtype=torch.float64)
    return PartValues(features, entropies)


def read_batch(model: ReadingModel, units: list[Unit], plan: ExtractionPlan) -> Iterator[Arriving]:
    """Values of one batch, or of halves of it where memory ran out. Raises OOM_GPU or OOM_CPU when nothing is left to halve."""
    try:
        yield _send_to_host(model, WAYS[plan.way].run(model, units, {output.layer for output in plan.outputs} | {None}), plan)
        return
    except (MemoryError, RuntimeError) as error:
        code = memory_code(error)
        if code is None:
            raise
        free_memory_of(error)
        halves = _halve(units)
        if halves is None:
            raise text_too_long(code, len(units[0])) from error
    for half in halves:
        yield from read_batch(model, half, plan)


def _halve(units: list[Unit]) -> tuple[list[Unit], list[Unit]] | None:
    if len(units) == 1:
        units = halves_of(units[0])
    middle = len(units) // 2
    return (units[:middle], units[middle:]) if middle > 0 else None


def _send_to_host(model: ReadingModel, launched: Launched, plan: ExtractionPlan) -> Arriving:
    dtype = DTYPES[plan.store_dtype]
    values = {
        output.name: POOLINGS[output.pooling](launched.hidden, output.layer).to(dtype) for output in plan.outputs
    }
    if plan.positions is not None:
        language = model.language_model
        values[_ENTROPIES] = entropies(launched.hidden, language.logits, language.vocabulary)
    if model.device.type != "cuda":
        return Arriving(launched.sequences, values, launched.tokens, launched.positions)
    on_host = {name: torch.empty(value.shape, dtype=value.dtype, pin_memory=True) for name, value in values.items()}
    for name, value in values.items():
        on_host[name].copy_(value, non_blocking=True)
    arrived = torch.cuda.Event()
    arrived.record()
    return Arriving(launched.sequences, on_host, launched.tokens, launched.positions, arrived)


def _take_in(arriving: Arriving | None, values: PartValues) -> None:
    if arriving is None:
        return
    arriving.wait()
    sequences = torch.from_numpy(arriving.sequences)
    for name, value in arriving.values.items():
        target = values.entropies if name == _ENTROPIES else values.features[name]
        assert target is not None, "entropies have a place where they are asked for"
        target[sequences] = value


def _check_finite(part: PreparedPart, values: PartValues, work: EmbeddingWork) -> None:
    """Raises INVALID_DATA naming the item, the model and its type."""
    for name, features_sd in values.features.items():
        finite_s = torch.isfinite(features_sd).all(dim=1)
        if not bool(finite_s.all()):
            raise _not_finite(part, int(finite_s.int().argmin()), f"feature '{name}'", work)
    if values.entropies is not None:
        finite_r = torch.isfinite(values.entropies[len(part.prompts) :, 0])
        if not bool(finite_r.all()):
            raise _not_finite(part, len(part.prompts) + int(finite_r.int().argmin()), "next-token entropies", work)


def _not_finite(part: PreparedPart, text: int, what: str, work: EmbeddingWork) -> WorkerError:
    prompts = len(part.prompts)
    index = work.maker.index
    where = (
        index.first_item_with_prompt(int(part.prompts[text]))
        if text < prompts
        else index.first_item_with(int(part.responses[text - prompts]))
    )
    wider = {"float16": "--dtype bfloat16 or float32", "bfloat16": "--dtype float32", "float32": "sound weights (or --store-dtype float32)"}
    return invalid_data(
        f"Cannot embed {where}: model '{work.name}' in {work.dtype}, stored as {work.plan.store_dtype}, gave NaN or "
        f"infinity for {what}, finite values are needed: {wider[work.dtype]} may help",
        parts="useless",
    )


def _write(work: EmbeddingWork, part: PreparedPart, values: PartValues) -> PartDigest:
    prompts = len(part.prompts)
    tensors = {
        "prompts": torch.from_numpy(part.prompts.astype(np.int64)),
        "responses": torch.from_numpy(part.responses.astype(np.int64)),
        "bits": torch.from_numpy(part.bits),
    } | {f"features.{name}": features_sd for name, features_sd in values.features.items()}
    if values.entropies is not None:
        tensors["entropies"] = values.entropies[prompts:].clone()
    digest = PartDigest(
        plan=work.plan.sha256, part=part.number, sha256="", bytes=0, texts=len(part.bits),
        tokens=values.tokens, positions=values.positions, doubled=part.doubled,
    )  # fmt: skip
    return write_part(work.folder, digest, tensors)
