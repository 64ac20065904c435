"""What a user's file may answer as arrays."""

import numpy as np
import pytest
import torch

from python_worker.custom_code.wire_arrays import wire_arrays
from python_worker.tensors.tensors import WIRE_DTYPES


@pytest.mark.parametrize("dtype", WIRE_DTYPES)
def test_arrays_of_every_dtype_of_the_wire_come_through(dtype):
    given = np.zeros((2, 3), dtype)
    assert wire_arrays({"a": given})["a"] is given


def test_torch_tensors_come_to_the_cpu_without_their_gradients():
    tensor = torch.arange(6.0, requires_grad=True).reshape(2, 3).T
    array = wire_arrays({"a": tensor})["a"]
    assert array.dtype == np.float32 and array.flags.c_contiguous and array.tolist() == [[0, 3], [1, 4], [2, 5]]


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        ({"a": torch.zeros(2, dtype=torch.bfloat16)}, "tensor 'a' is no array .*BFloat16"),
        ({"a": np.zeros(2, ">f4")}, "tensor 'a' is >f4, one of float32"),
        ({"a": ["x"]}, "tensor 'a' is <U1"),
        ({7: np.zeros(2)}, "a tensor is named 7"),
        ({"": np.zeros(2)}, "a tensor is named ''"),
        (np.zeros(2), "its tensors are a ndarray"),
    ],
)
def test_what_cannot_travel_is_refused_by_name(tensors, message):
    with pytest.raises(ValueError, match=message):
        wire_arrays(tensors)
