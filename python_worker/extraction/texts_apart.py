"""Whether texts may share batches, for those who read a model without an extraction's plan."""

from __future__ import annotations

import numpy as np

from ..errors import WorkerError
from ..features.model import EmbeddingModel
from ..features.tokens import TokenRows
from ..protocol.error_codes import ErrorCode
from .choose_way import choose_way
from .reading_model import reading_model_of
from .unit import PartTokens

_TEXTS = 8


def keeps_texts_apart(model: EmbeddingModel, name: str, tokens: TokenRows, rows: np.ndarray) -> bool:
    """Whether a text of a padded batch has the states it has alone, tried on texts of all lengths among `rows`.

    Raises INVALID_DATA where the states of single texts depend on more than the text, OOM_GPU, OOM_CPU.
    """
    reading = reading_model_of(model, name)
    ordered = rows[np.argsort(tokens.lengths[rows], kind="stable")]
    chosen = ordered[np.unique(np.linspace(0, len(ordered) - 1, _TEXTS).astype(int))]
    sequences = [np.asarray(tokens.row(int(row))) for row in chosen]
    counted = np.zeros((len(sequences), 2), np.int64)
    sample = PartTokens(sequences, [np.array([number]) for number in range(len(sequences))], counted)
    try:
        choose_way(reading, sample, (None,), "buckets")
        return True
    except WorkerError as error:
        if error.code != ErrorCode.INVALID_ARGUMENT:
            raise
    choose_way(reading, sample, (None,), "singles")
    return False
