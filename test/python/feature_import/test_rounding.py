import numpy as np
import pytest
import torch

from python_worker.feature_import.rounding import RoundingError, measure_rounding, round_values

TORCH = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


def rounded(values, dtype):
    """What is stored, as a tensor of the type, and the error."""
    bits, stored = round_values(values, dtype)
    tensor = torch.from_numpy(bits)
    return tensor.view(torch.bfloat16) if dtype == "bfloat16" else tensor, measure_rounding(values, stored, dtype)


@pytest.mark.parametrize("dtype", TORCH)
def test_round_values_rounds_as_torch_does(dtype):
    values = np.random.default_rng(4).standard_normal((300, 70)) * 10.0 ** np.arange(-35, 35)
    ties = np.array([1 + 2.0**-8, 1 + 3 * 2.0**-8, 1 + 2.0**-24, -1 - 2.0**-11, 3.4e38, 65520.0, 1e300, -0.0])
    for given in (values, ties[:, None]):
        stored, _ = rounded(given, dtype)
        assert torch.equal(stored, torch.from_numpy(given).to(TORCH[dtype]))


@pytest.mark.parametrize(("dtype", "half_step"), [("float32", 2**-24), ("bfloat16", 2**-8), ("float16", 2**-11)])
def test_round_values_measures_at_most_half_a_step(dtype, half_step):
    values = np.random.default_rng(3).standard_normal((200, 50))
    stored, error = rounded(values, dtype)
    exact = np.abs(stored.double().numpy() - values)
    assert error.absolute == exact.max()
    assert error.relative == (exact / np.abs(values))[np.abs(values) >= torch.finfo(stored.dtype).smallest_normal].max()
    assert 0.5 * half_step < error.relative <= half_step * 1.004


def test_round_values_gives_no_error_for_values_the_type_has():
    assert rounded(np.array([[1.5, -2.0, 0.0]]), "bfloat16")[1] == RoundingError(0, 0, 0)


def test_round_values_counts_underflows_apart_from_the_relative_error():
    stored, error = rounded(np.array([[1e-300, 1.0]]), "float32")
    assert stored.tolist() == [[0.0, 1.0]]
    assert error == RoundingError(1e-300, 0.0, 1)


def test_rounding_errors_join_to_the_larger_of_each():
    assert RoundingError(1, 0.1, 2).joined(RoundingError(0.5, 0.3, 1)) == RoundingError(1, 0.3, 3)
