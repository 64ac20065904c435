"""Makes a feature store of a dataset out of the parts of an import."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from ..base.errors import invalid_argument
from ..base.memory import peak_resident_mib
from ..base.publish_directory import publish_directory
from ..context.context import Context
from ..data.dataset_texts import read_dataset_texts
from ..protocol.messages import FeaturesAssembleData, FeaturesAssembleParams
from ..store.manifest import DatasetOfStore
from ..store.store_writer import FeatureFile, write_manifest
from .part import Part
from .work_folder import WorkFolder


def assemble_store(
    params: FeaturesAssembleParams, tensors: Mapping[str, np.ndarray], context: Context
) -> FeaturesAssembleData:
    """Copies each part's rows to their places in a new store. Raises INVALID_ARGUMENT for rows that no part has.

    Tensors (int32): `prompts` holds rows of the prompt parts or −1 (zeros), `responses` 2 × a row of the pair parts, + 1
    for the rejected side.
    """
    start = time.monotonic()
    dataset = read_dataset_texts(params.dataset)
    prompts_p = _row_numbers(tensors, "prompts", len(dataset.prompts))
    responses_r = _row_numbers(tensors, "responses", len(dataset.responses))
    with WorkFolder(Path(params.work)), publish_directory(params.out) as folder:
        file = FeatureFile(
            folder,
            params.store_dtype,
            {"prompts": len(prompts_p), "responses": len(responses_r)},
            {"prompts": params.prompt_dimension, "responses": params.response_dimension},
            dataset.splits,
        )
        parts = Path(params.work)
        _copy(file, _Wanted("prompts", prompts_p, params.prompt_dimension), _Parts(parts, params.prompt_parts), context)
        _copy(
            file, _Wanted("responses", responses_r, params.response_dimension), _Parts(parts, params.pair_parts), context
        )
        about = DatasetOfStore(name=dataset.name, hash=dataset.hash)
        store_id = write_manifest(folder, file, about, params.source, params.stats)
    return FeaturesAssembleData(
        id=store_id,
        prompts=len(prompts_p),
        responses=len(responses_r),
        peak_memory_mib=peak_resident_mib(),
        wall_seconds=round(time.monotonic() - start, 3),
    )


@dataclass(frozen=True)
class _Wanted:
    """A matrix of the store, and for each of its rows (n, D) the row of the parts it comes from."""

    name: str
    source_n: np.ndarray
    dimension: int


@dataclass(frozen=True)
class _Parts:
    """Parts in order; their rows are numbered through."""

    folder: Path
    names: list[str]

    def read(self, dtype: str, dimension: int) -> Iterator[tuple[int, torch.Tensor]]:
        """Each part's rows (n, D) and the number of the first of them."""
        first = 0
        for name in self.names:
            rows_nd = torch.from_numpy(Part(self.folder, name).read_features(dtype, dimension))
            yield first, rows_nd.view(torch.bfloat16) if dtype == "bfloat16" else rows_nd
            first += len(rows_nd)


def _row_numbers(tensors: Mapping[str, np.ndarray], name: str, count: int) -> np.ndarray:
    rows = tensors.get(name)
    if rows is None or rows.dtype != np.int32 or rows.shape != (count,):
        found = "missing" if rows is None else f"{rows.dtype} {' × '.join(map(str, rows.shape))}"
        raise invalid_argument(f"Cannot use tensor '{name}': it is {found}, int32 {count} is needed")
    return rows


def _copy(file: FeatureFile, wanted: _Wanted, parts: _Parts, context: Context) -> None:
    """One pass over the parts; what was written is unmapped after each, so memory does not grow with the store."""
    order_n = np.argsort(wanted.source_n, kind="stable")
    sorted_n = wanted.source_n[order_n]
    begin = int(np.searchsorted(sorted_n, 0))
    for number, (first, rows_nd) in enumerate(parts.read(file.dtype, wanted.dimension)):
        end = int(np.searchsorted(sorted_n, first + len(rows_nd)))
        file.write_rows(wanted.name, order_n[begin:end], rows_nd[torch.from_numpy(sorted_n[begin:end] - first).long()])
        file.release()
        begin = end
        context.progress(number + 1, len(parts.names), note=f"writing {wanted.name}")
        context.check()
    if begin != len(sorted_n):
        raise invalid_argument(f"Cannot assemble {wanted.name}: row {sorted_n[-1]} is in no part, one of a part is needed")
