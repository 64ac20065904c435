import json

import numpy as np

from python_worker.features.entropy_columns import COLUMNS, column_lines, entropy_columns

# sum, max, min, count of answer rows 0..2, from entropies (1, 3), (2, 2, 5) and (0.5).
STATISTICS = np.array([[4, 3, 1, 2], [9, 5, 2, 3], [0.5, 0.5, 0.5, 1]])


def columns_of(a, b):
    return dict(zip(COLUMNS, entropy_columns(STATISTICS, np.array([[a, b]]))[0].tolist(), strict=True))


def test_entropy_columns_describe_each_side_and_the_positions_of_both():
    assert columns_of(0, 1) == {
        "entropy_a_sum": 4, "entropy_a_mean": 2, "entropy_a_max": 3, "entropy_a_range": 2,
        "entropy_b_sum": 9, "entropy_b_mean": 3, "entropy_b_max": 5, "entropy_b_range": 3,
        "entropy_both_sum": 13, "entropy_both_mean": 2.6, "entropy_both_max": 5, "entropy_both_range": 4,
    }  # fmt: skip


def test_entropy_columns_exchange_sides_and_keep_both_when_answers_are_exchanged():
    one, other = columns_of(0, 2), columns_of(2, 0)
    for kind in ("sum", "mean", "max", "range"):
        assert one[f"entropy_a_{kind}"] == other[f"entropy_b_{kind}"]
        assert one[f"entropy_both_{kind}"] == other[f"entropy_both_{kind}"]


def test_column_lines_hold_id_split_and_columns_of_each_item():
    columns = {"train": entropy_columns(STATISTICS, np.array([[0, 1], [1, 2]])), "test": np.empty((0, 12))}
    lines = column_lines({"train": ["é", "x"], "test": []}, columns).decode().splitlines()
    assert lines[0].startswith('{"id": "é", "split": "train", "entropy_a_sum": 4.0, ')
    assert [list(json.loads(line)) for line in lines] == [["id", "split", *COLUMNS]] * 2
