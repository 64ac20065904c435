"""The golden metrics that the orchestrator is held to are what scikit-learn, scipy, torchmetrics and numpy give."""

import json

import numpy as np
import pytest
from assert_equal import assert_equal
from metric_references import BINS, FILE, calibration_error, cases
from sklearn.calibration import calibration_curve

GOLDEN = json.loads(FILE.read_text("utf-8"))


def test_golden_metrics_are_those_of_the_libraries():
    assert_equal(GOLDEN, cases(), within=1e-12)


def test_golden_cases_have_ties_tiny_splits_and_undefined_correlations():
    splits = GOLDEN["splits"]
    assert {len(case["labels"]) for case in splits} >= {1, 2, 3, 15}
    assert any(case["spearman"]["error"]["epistemic"] is None for case in splits)
    assert sum(len(set(case["left"])) < len(case["left"]) for case in GOLDEN["columns"]) >= 40
    assert sum(case["spearman"] is None for case in GOLDEN["columns"]) >= 8


@pytest.mark.parametrize("seed", range(20))
def test_calibration_error_takes_the_bins_of_scikit_learn_where_nothing_is_tied(seed):
    rng = np.random.default_rng([9, seed])
    items = BINS * int(rng.integers(1, 9))
    probabilities_n, labels_n = rng.random(items), rng.integers(0, 2, items)
    frequency_b, confidence_b = calibration_curve(labels_n, probabilities_n, n_bins=BINS, strategy="quantile")
    assert len(frequency_b) == BINS
    expected = np.abs(frequency_b - confidence_b).mean()
    assert calibration_error(probabilities_n, labels_n) == pytest.approx(expected, abs=1e-12)
