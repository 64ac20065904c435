"""Whether two requests ask for the same."""

import pytest
from kept_requests import request_of

from python_worker.protocol.messages import FrameLocation, TensorSpec
from python_worker.wire.payload import Payload


def spec(name="a", frame=0, shape=(4,)) -> TensorSpec:
    return TensorSpec(name=name, dtype="uint8", shape=list(shape), order="C", nbytes=4, loc=FrameLocation(frame=frame))


def payload(frames=(b"abcd",), **changes) -> str:
    return Payload(request_of(**{"tensors": [spec()]} | changes), [memoryview(frame) for frame in frames]).sha256


@pytest.mark.parametrize("same", [{"keep": False}, {"id": "other"}, {"deadline_ms": 5}, {"attempt": 2}])
def test_who_asks_and_how_makes_no_difference(same):
    assert payload(**same) == payload()


def test_the_order_of_parameters_makes_no_difference():
    assert payload(params={"a": 1, "b": 2}) == payload(params={"b": 2, "a": 1})


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(
    "other",
    [
        {"op": "worker.stats"},
        {"op_version": 2},
        {"params": {"text": "y"}},
        {"tensors": [spec("b")]},
        {"tensors": [spec(shape=(2, 2))]},
        {"frames": [b"abce"]},
    ],
)
def test_what_is_asked_makes_one(keep, other):
    assert payload(keep=keep, **other) != payload(keep=keep)


def test_which_array_lies_in_which_frame_makes_one():
    frames = [b"abcd", b"efgh"]
    crossed = payload(frames, tensors=[spec("a", 1), spec("b", 0)])
    assert crossed != payload(frames, tensors=[spec("a", 0), spec("b", 1)])
