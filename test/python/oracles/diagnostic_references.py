"""What scipy and numpy say of the diagnostics the orchestrator computes; run to write the cases.

    python test/python/oracles/diagnostic_references.py   # writes test/golden/diagnostics.json
"""

from __future__ import annotations

import itertools
import json
import math
import warnings
from pathlib import Path

import numpy as np
from scipy import stats

FILE = Path(__file__).parents[2] / "golden" / "diagnostics.json"
TENTHS, TWENTIETHS = 10, 20


def spearman(left_n: np.ndarray, right_n: np.ndarray) -> float | None:
    """scipy.stats.spearmanr, None where it is not a number."""
    if len(left_n) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", stats.ConstantInputWarning)
        value = float(stats.spearmanr(left_n, right_n).statistic)
    return None if math.isnan(value) else value


def partial_spearman(left_n: np.ndarray, right_n: np.ndarray, given_n: np.ndarray) -> float | None:
    """Pearson's correlation of what least squares leaves of two rankings once a third and a constant are taken out."""
    if len(left_n) < 2:
        return None
    ranks_3n = [stats.rankdata(values) for values in (left_n, right_n, given_n)]
    design_n2 = np.stack([np.ones(len(left_n)), ranks_3n[2]], axis=1)
    residuals_2n = [ranks - design_n2 @ np.linalg.lstsq(design_n2, ranks, rcond=None)[0] for ranks in ranks_3n[:2]]
    if min(np.abs(residuals).max() for residuals in residuals_2n) < 1e-5:
        return None
    return float(np.corrcoef(residuals_2n)[0, 1])


def split(uncertainty_n: np.ndarray, errors_n: np.ndarray, distances_n: np.ndarray) -> dict:
    """Correlations of a split, and the two-sided 95 % level of a partial correlation of independent values."""
    free = len(uncertainty_n) - 3 - 1
    return {
        "count": len(uncertainty_n),
        "error": spearman(uncertainty_n, errors_n),
        "distance": spearman(uncertainty_n, distances_n),
        "errorWithDistance": spearman(errors_n, distances_n),
        "partial": partial_spearman(uncertainty_n, errors_n, distances_n),
        "noise": 1.96 / math.sqrt(free) if free > 0 else None,
    }


def stratum_of(pool_n: np.ndarray, value: float, count: int) -> int:
    """How many of the cuts, the values at the starts of equal parts of the sorted pool, do not exceed a value."""
    cuts = np.sort(pool_n)[[part * len(pool_n) // count for part in range(1, count)]]
    return int((cuts <= value).sum())


def representation(pool_n: np.ndarray, picks_b: np.ndarray) -> dict:
    """Means, quantiles and shares of a batch against its pool, one item and one pair of picks at a time."""
    pool_strata = [stratum_of(pool_n, value, TENTHS) for value in pool_n]
    pick_strata = [stratum_of(pool_n, pool_n[pick], TENTHS) for pick in picks_b]
    ratios = []
    for tenth in range(TENTHS):
        share = pool_strata.count(tenth) / len(pool_n)
        ratios.append(None if share == 0 else pick_strata.count(tenth) / len(picks_b) / share)
    deviation = pool_n.std()
    return {
        "pool": _values(pool_n),
        "picks": _values(pool_n[picks_b]),
        "shift": None if np.ptp(pool_n) == 0 else float((pool_n[picks_b].mean() - pool_n.mean()) / deviation),
        "ratios": ratios,
        "effectiveShare": effective_share(pool_n, picks_b),
    }


def effective_share(pool_n: np.ndarray, picks_b: np.ndarray) -> float | None:
    """1 / E[w²]: over ordered pairs of different picks the mean of [same stratum] / (share of the pool in it)."""
    if len(picks_b) < 2:
        return None
    pool_strata = [stratum_of(pool_n, value, TWENTIETHS) for value in pool_n]
    moments = []
    for one, other in itertools.permutations(picks_b, 2):
        stratum = pool_strata[one]
        same = stratum == pool_strata[other]
        moments.append(len(pool_n) / pool_strata.count(stratum) if same else 0)
    moment = np.mean(moments)
    return min(1.0, 1 / moment) if moment > 0 else 1.0


def _values(values_n: np.ndarray) -> dict[str, float]:
    shares = {"p5": 0.05, "p50": 0.5, "p95": 0.95}
    return {"mean": float(values_n.mean())} | {name: float(np.quantile(values_n, at)) for name, at in shares.items()}


def _split_case(number: int) -> dict:
    """Columns that share a part; every third is coarse, so that ties abound, and some have a constant side."""
    rng = np.random.default_rng([11, number])
    items = (1, 2, 4, 5, 12, 40, 75)[number % 7]
    distances_n = rng.gamma(3, 0.4, items)
    uncertainty_n = 0.5 * distances_n + rng.normal(0, 0.5, items)
    errors_n = rng.random(items) ** 2 + 0.1 * (number % 2) * uncertainty_n
    columns = [uncertainty_n, errors_n, distances_n]
    if number % 3 == 0:
        columns = [np.round(values_n, 0) for values_n in columns]
    if number % 5 == 4:
        columns[number % 2] = np.full(items, 0.25)
    if number % 11 == 10:
        columns[0] = columns[2].copy()
    columns = [np.round(values_n, 4) for values_n in columns]
    names = ("uncertainty", "errors", "distances")
    given = {name: values_n.tolist() for name, values_n in zip(names, columns, strict=True)}
    return given | {"expected": split(*columns)}


def _batch_case(number: int) -> dict:
    """Pools of 1 to 200 items, some coarse or constant, and batches of the largest values or at random."""
    rng = np.random.default_rng([12, number])
    items = (1, 3, 19, 20, 60, 200)[number % 6]
    pool_n = np.round(rng.gamma(2, 1, items), 4)
    if number % 4 == 1:
        pool_n = np.round(pool_n)
    if number % 7 == 6:
        pool_n = np.full(items, 1.5)
    picks = min(items, (1, 2, 8, 30)[number % 4])
    picks_b = np.argsort(-pool_n, kind="stable")[:picks] if number % 2 else rng.choice(items, picks, replace=False)
    return {"values": pool_n.tolist(), "picks": picks_b.tolist(), "expected": representation(pool_n, picks_b)}


def cases() -> dict[str, list[dict]]:
    """The cases of the golden file."""
    return {"splits": [_split_case(n) for n in range(77)], "batches": [_batch_case(n) for n in range(84)]}


if __name__ == "__main__":
    lists = [f'"{name}": [\n' + ",\n".join(map(json.dumps, rows)) + "\n]" for name, rows in cases().items()]
    FILE.write_text("{" + ",\n".join(lists) + "}\n", "utf-8")
