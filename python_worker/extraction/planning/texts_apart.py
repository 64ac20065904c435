"""Whether texts may share batches, for those who read a model without an extraction's plan."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ...base.errors import WorkerError
from ...models.model import EmbeddingModel
from ...protocol.error_codes import ErrorCode
from ...texts.tokens import TokenRows
from ..batching.reading_model import reading_model_of
from ..batching.unit import PartTokens
from .choose_way import check_full_batch, choose_way
from .full_batch import FullBatch

_TEXTS = 8


def keeps_texts_apart(model: EmbeddingModel, name: str, tokens: TokenRows, batches: Sequence[np.ndarray]) -> bool:
    """Whether a text of a padded batch has the states it has alone, tried on texts of all lengths in such batches.

    batches: rows of `tokens`. Raises INVALID_DATA where the states of single texts depend on more than the text, OOM_GPU, OOM_CPU.
    """
    reading, rows = reading_model_of(model, name), np.concatenate(batches)
    ordered = rows[np.argsort(tokens.lengths[rows], kind="stable")]
    chosen = ordered[np.unique(np.linspace(0, len(ordered) - 1, _TEXTS).astype(int))]
    sequences = [np.asarray(tokens.row(int(row))) for row in chosen]
    counted = np.zeros((len(sequences), 2), np.int64)
    sample = PartTokens(sequences, [np.array([number]) for number in range(len(sequences))], counted)
    positions = max(len(batch) * int(tokens.lengths[batch].max()) for batch in batches)
    try:
        check = choose_way(reading, sample, (None,), "buckets")
        check_full_batch(reading, sample, (None,), check, FullBatch(positions, len(rows)), "buckets")
        return True
    except WorkerError as error:
        if error.code != ErrorCode.INVALID_ARGUMENT:
            raise
    choose_way(reading, sample, (None,), "singles")
    return False
