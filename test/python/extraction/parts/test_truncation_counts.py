import numpy as np

from python_worker.extraction.parts.prepare_part import CUT, LOST, TRUNCATED
from python_worker.extraction.parts.truncation_counts import truncation_counts


def test_truncation_counts_tells_all_texts_and_the_distinct_ones_of_each_split():
    prompts = np.array([TRUNCATED, 0, CUT, TRUNCATED | CUT], np.uint8)
    responses = np.array([TRUNCATED, TRUNCATED | LOST, 0, 0, LOST], np.uint8)
    splits = {
        "train": np.array([(0, 0, 1), (0, 1, 2), (2, 0, 3)], np.int32),
        "test": np.empty((0, 3), np.int32),
    }
    assert truncation_counts(prompts, responses, splits) == {
        "truncatedPrompts": 2, "truncatedResponses": 2, "lostResponses": 2, "cutPrompts": 2,
        "truncatedPrompts.train": 1, "truncatedResponses.train": 2, "lostResponses.train": 1, "cutPrompts.train": 1,
        "truncatedPrompts.test": 0, "truncatedResponses.test": 0, "lostResponses.test": 0, "cutPrompts.test": 0,
    }  # fmt: skip
