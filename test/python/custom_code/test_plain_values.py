"""What a user's file may put into its data."""

import numpy as np
import pytest
import torch

from python_worker.custom_code.plain_values import plain_value
from python_worker.protocol.messages import WorkerEchoParams


def nested(depth: int):
    return [nested(depth - 1)] if depth else 1


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"a": (1, 2.0, None, True, "x")}, {"a": [1, 2, None, True, "x"]}),
        (WorkerEchoParams(text="x", hold_ms=1, fail=None), {"text": "x", "holdMs": 1, "fail": None}),
        ([np.float64(0.5), np.int32(3), np.bool_(True), np.array(2.0)], [0.5, 3, True, 2]),
        (torch.tensor(0.5), 0.5),
    ],
)
def test_values_become_plain_ones(value, plain):
    made = plain_value(value, "data")
    assert made == plain and repr(made) == repr(plain)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": [1, {2}]}, r"data\.a\[1\] is a set, a value of JSON is needed"),
        ({"a": torch.zeros(2)}, r"data\.a is a Tensor, .* \(arrays belong in tensors\)"),
        ({1: "a"}, "data has the key 1"),
        ({"__proto__": 1}, "data has the key '__proto__'"),
        ({"a": -float("inf")}, r"data\.a is not finite"),
        (nested(70), "nested deeper than 60"),
    ],
)
def test_what_json_has_not_is_refused_by_its_place(value, message):
    with pytest.raises(ValueError, match=message):
        plain_value(value, "data")
