"""What scikit-learn, scipy, torchmetrics and numpy say of the metrics the orchestrator computes; run to write the cases.

    python test/python/oracles/metric_references.py   # writes test/golden/metrics.json
"""

from __future__ import annotations

import json
import math
import warnings
from pathlib import Path

import numpy as np
import torch
from scipy import stats
from sklearn.metrics import accuracy_score, brier_score_loss, log_loss
from torchmetrics.functional.classification.calibration_error import _ce_compute

FILE = Path(__file__).parents[2] / "golden" / "metrics.json"
BINS = 15
SHARES = {"max": 1, "min": 0, "p95": 0.95, "p50": 0.5, "p5": 0.05}


def split_metrics(logits_sn: np.ndarray, labels_n: np.ndarray) -> dict[str, float]:
    """Metrics of logits r(a) − r(b), samples × items, against labels (1: a preferred)."""
    probabilities_n = _sigmoid(logits_sn).mean(0)
    chosen_n = _round(np.where(labels_n == 1, probabilities_n, 1 - probabilities_n))
    return {
        "logLikelihood": -log_loss(labels_n, probabilities_n, labels=[0, 1]),
        "accuracy": accuracy_score(np.ones(len(labels_n)), chosen_n >= 0.5) - (chosen_n == 0.5).mean() / 2,
        "brier": brier_score_loss(labels_n, probabilities_n, pos_label=1),
        "ece": calibration_error(_round(probabilities_n), labels_n),
    }


def calibration_error(probabilities_n: np.ndarray, labels_n: np.ndarray) -> float:
    """torchmetrics' l1 calibration error over boundaries of equal mass, equal probabilities on one side of each."""
    ascending_n = np.sort(probabilities_n)
    ends = (math.floor(bin * len(ascending_n) / BINS + 0.5) for bin in range(1, BINS))
    # Position of the first of another probability; torch counts a boundary to the bin above it.
    starts = {int(np.searchsorted(ascending_n, ascending_n[end - 1], side="right")) for end in ends if end > 0}
    inner = [(ascending_n[start - 1] + ascending_n[start]) / 2 for start in sorted(starts) if start < len(ascending_n)]
    boundaries = torch.tensor([-1.0, *inner, 2.0], dtype=torch.float64)
    return float(_ce_compute(torch.tensor(probabilities_n), torch.tensor(labels_n).double(), boundaries, norm="l1"))


def error_correlations(logits_sn: np.ndarray, labels_n: np.ndarray) -> dict[str, dict[str, float | None]]:
    """scipy's Spearman correlation of every measure with squared error and miss; None where it is undefined."""
    probabilities_sn = _sigmoid(logits_sn)
    mean_n, aleatoric_n = probabilities_sn.mean(0), _entropy(probabilities_sn).mean(0)
    chosen_n = _round(np.where(labels_n == 1, mean_n, 1 - mean_n))
    errors = {"brier": _round((1 - chosen_n) ** 2), "error": (chosen_n < 0.5).astype(float)}
    measures = {
        "epistemic": _entropy(mean_n) - aleatoric_n,
        "predictive": _entropy(mean_n),
        "aleatoric": aleatoric_n,
        "variance": probabilities_sn.var(0),
    }
    return {
        error: {name: spearman(_round(values), errors_n) for name, values in measures.items()}
        for error, errors_n in errors.items()
    }


def spearman(left_n: np.ndarray, right_n: np.ndarray) -> float | None:
    """scipy.stats.spearmanr, None where it is not a number."""
    if len(left_n) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.ConstantInputWarning)
        value = float(stats.spearmanr(left_n, right_n).statistic)
    return None if math.isnan(value) else value


def spread(values_n: np.ndarray) -> dict[str, float]:
    """numpy's quantiles, linear between neighbours."""
    return {name: float(np.quantile(values_n, share)) for name, share in SHARES.items()}


def _round(values: np.ndarray) -> np.ndarray:
    """Values that are equal in exact arithmetic are equal again."""
    return np.round(values, 13)


def _sigmoid(logits: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-logits))


def _entropy(probabilities: np.ndarray) -> np.ndarray:
    return -probabilities * np.log(probabilities) - (1 - probabilities) * np.log1p(-probabilities)


def _split_case(number: int) -> dict:
    """Every third case repeats few columns of logits (ties, also between sides), sizes from 1 item on."""
    rng = np.random.default_rng([7, number])
    samples = int(rng.integers(1, 6))
    items = (1, 2, 3, 5, 15, 16, 40, 75)[number % 8] + (number % 3 == 1) * int(rng.integers(0, 9))
    logits_sn = np.round(rng.normal(0, 1.5, (samples, items)) * 64) / 64
    if number % 3 == 0:
        columns_sk = np.sort(np.round(rng.normal(0, 1.5, (samples, 4)) * 8) / 8, axis=0)
        logits_sn = columns_sk[:, rng.integers(0, 4, items)] * rng.choice([-1, 1], items)
    labels_n = rng.integers(0, 2, items)
    return {
        "logits": logits_sn.tolist(),
        "labels": labels_n.tolist(),
        "metrics": split_metrics(logits_sn, labels_n),
        "spearman": error_correlations(logits_sn, labels_n),
    }


def _column_case(number: int) -> dict:
    """Two columns, small whole numbers in most cases, so that ties abound; every tenth has a constant side."""
    rng = np.random.default_rng([8, number])
    items = 1 + number % 13
    left_n = rng.integers(-3, 4, items) / 2 if number % 4 else rng.normal(0, 1, items)
    right_n = np.full(items, 2.0) if number % 10 == 9 else rng.integers(0, 3, items) + 0.0 * left_n
    return {
        "left": left_n.tolist(),
        "right": right_n.tolist(),
        "spearman": spearman(left_n, right_n),
        "ranks": stats.rankdata(left_n).tolist(),
        "spread": spread(left_n),
    }


def cases() -> dict[str, list[dict]]:
    """The cases of the golden file."""
    return {"splits": [_split_case(n) for n in range(64)], "columns": [_column_case(n) for n in range(80)]}


if __name__ == "__main__":
    lists = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in cases().items()]
    FILE.write_text("{" + ",\n".join(lists) + "}\n", "utf-8")
