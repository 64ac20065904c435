import hashlib

import numpy as np

from python_worker.feature_import.digest_rows import digest_rows


def test_digest_rows_names_equal_rows_alike_whatever_their_layout():
    values = np.random.default_rng(0).standard_normal((4, 6))
    assert digest_rows(values[:, 2:5]) == digest_rows(np.asfortranarray(values[:, 2:5]))
    assert digest_rows(values)[0] == hashlib.sha256(values[0].astype("<f8").tobytes()).hexdigest()


def test_digest_rows_takes_minus_zero_for_zero():
    assert digest_rows(np.array([[-0.0, 1.0]])) == digest_rows(np.array([[0.0, 1.0]]))
    assert digest_rows(np.array([[1.0, 0.0]])) != digest_rows(np.array([[0.0, 1.0]]))
