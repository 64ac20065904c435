"""Answers of functions of the user's as JSON, exactly or not at all."""

import json
import math

import numpy as np
import pytest
import torch

from python_worker.python_calls.failure import Refusal
from python_worker.python_calls.json_answer import encode_answer

SCALARS = [
    (np.False_, False), (np.True_, True), (np.float32(0.1), 0.10000000149011612), (np.float16(0.1), 0.0999755859375),
    (np.float64(0.1), 0.1), (np.int64(2**53 - 1), 2**53 - 1), (np.uint8(255), 255), (np.int8(-1), -1), (np.str_("é"), "é"),
    (np.array(7), 7), (np.array(False), False), (np.array(2.5, dtype=np.float32), 2.5), (torch.tensor(3), 3),
    (torch.tensor(False), False), (torch.tensor(1.5, dtype=torch.bfloat16), 1.5), (torch.tensor(0.25, requires_grad=True), 0.25),
]  # fmt: skip
SHAPES = [lambda one: one, lambda one: [1, one], lambda one: (one,), lambda one: {"a": {"b": [one, None]}}]


def decoded(answer):
    return json.loads(encode_answer(answer))["answer"]


@pytest.mark.parametrize("wrap", SHAPES, ids=["alone", "list", "tuple", "nested"])
@pytest.mark.parametrize(("given", "value"), SCALARS, ids=[f"{type(one).__module__} {one!r}" for one, _ in SCALARS])
def test_scalar_of_numpy_or_torch_is_the_value_it_holds(given, value, wrap):
    expected = json.loads(json.dumps(wrap(value)))
    found = decoded(wrap(given))
    assert found == expected and json.dumps(found) == json.dumps(expected)


def test_text_of_numpy_may_be_a_key():
    assert decoded({np.str_("rate"): np.float32(0.5)}) == {"rate": 0.5}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (np.int64(2**53), f"'answer.x' is {2**53}; return an integer of at most"),
        (np.uint64(2**64 - 1), f"'answer.x' is {2**64 - 1}; return an integer"),
        (torch.tensor(-(2**60)), f"'answer.x' is {-(2**60)}; return an integer"),
        (np.float32(math.nan), "'answer.x' is nan; return a finite number"),
        (torch.tensor(-math.inf), "'answer.x' is -inf; return a finite number"),
        (np.longdouble(1) / 3, "'answer.x' is a longdouble; return plain numbers"),
        (np.complex64(1), "'answer.x' is a complex64; return"),
        (np.timedelta64(5, "ns"), "'answer.x' is a timedelta64; return"),
        (np.datetime64("2020-01-01"), "'answer.x' is a datetime64; return"),
        (np.array({"a": 1}, dtype=object), "'answer.x' is a ndarray; return"),
        (np.zeros(3), "'answer.x' is a ndarray; return"),
        (torch.zeros(1), "'answer.x' is a Tensor; return"),
        (b"x", "'answer.x' is a bytes; return"),
        ({np.int64(1): 2}, r"'answer.x\[np.int64\(1\)\]' is under a key of type int64; use texts"),
        ({"__proto__": 2}, "'answer.x.__proto__' is under a key that JavaScript"),
    ],
)
def test_what_json_cannot_say_exactly_is_refused_by_field(given, words):
    with pytest.raises(Refusal, match=words):
        encode_answer({"x": given})


def test_answer_that_holds_itself_is_refused():
    loop = []
    loop.append(loop)
    with pytest.raises(Refusal, match="'answer' is nested deeper than"):
        encode_answer(loop)
