"""How much more labels teach: log-likelihood of unseen pairs after 40 to 4,000 random labels, and the CPU of a fit.

Per seed 3 in 10 of the training split's prompts are held out, the rest is the pool; the label sets are random and
nested. Heads learn by the default settings of docs/explanation/posterior.md and stop by the validation split, which flatters them
in its column; bayesian-linear does not look at it. It is fitted *without form*: it is given no covariates of the
answers, which a run with texts gives it by default. The test splits are not read. A change from one count to the next
that lies below 0 with its whole interval (Student's t over the seeds, 95 %) is marked as a fall; changes over several
counts are not tested. One thread, CPU seconds; what bayesian-linear does once a run (the directions of the pool) is
timed on a line of its own. Every pair needs a label for one side, of weight 1.

    python bench/label_counts.py DATASET STORE [--lift 4096] [--seeds 10] [--counts 40,400] [--posteriors NAME,NAME]

`--lift D` replaces features φ by [z, relu(W z)] of D dimensions, z the standardised φ, W normal, every dimension
standardised: a stand-in for wide features, not a language model's.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import torch
from scipy.stats import t as student

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from python_worker.base.seeding import torch_generator  # noqa: E402
from python_worker.context.context import Context  # noqa: E402
from python_worker.operations import posterior_fit  # noqa: E402
from python_worker.posterior.bayesian_linear.spectrum import spectrum_of  # noqa: E402
from python_worker.posterior.cross_fitting.prediction_loss import prediction_loss  # noqa: E402
from python_worker.posterior.kept_posteriors import find_posterior  # noqa: E402
from python_worker.posterior.pairs.labelled_pairs import LabelledPairs  # noqa: E402
from python_worker.protocol.messages import (  # noqa: E402
    BayesianLinearKind,
    ConstantNoise,
    DeepEnsembleKind,
    DistanceNoise,
    HeadShape,
    PosteriorFitParams,
    StoreRef,
    TrainingSettings,
)
from python_worker.store.feature_store import FeatureStore  # noqa: E402
from python_worker.store.open_store import open_store  # noqa: E402
from python_worker.store.pair_distances import PairDistances  # noqa: E402

_KINDS = {
    "bayesian-linear": BayesianLinearKind(samples=32, rank=1024),
    "deep-ensemble": DeepEnsembleKind(members=5, initialisation="paper"),
}
_SHOWN = {"bayesian-linear": "bayesian-linear, without form"}
_HELD_OUT = 0.3
_WIDEST_EMBEDDING = 1024


@dataclass(frozen=True)
class World:
    """Labelled pairs of a store, rows (preferred, other) int32 n × 2 by split; the prompt of every training pair."""

    name: str
    store: StoreRef
    dimension: int
    train_n2: np.ndarray
    validation_n2: np.ndarray
    prompts_n: np.ndarray
    context: Context


@dataclass(frozen=True)
class Outcome:
    """What a fit predicts of held-out prompts and of the validation split (mean log-likelihood, nats) and its CPU."""

    held_out: float
    validation: float
    seconds: float


def read_world(dataset: Path, store: Path, lift: int | None) -> World:
    """The training and validation splits of a dataset with its features, lifted where a dimension is told."""
    context = Context.offline()
    reference = StoreRef(path=str(store), id=json.loads((store / "manifest.json").read_text())["id"])
    if lift is not None:
        features = open_store(reference, context)
        reference = StoreRef(path="-", id="0" * 64)
        wide = _lifted(features.responses_rd, lift)
        context.state.stores[reference.id] = FeatureStore(reference.id, "-", features.prompts_pd, wide)
    items = [item for item in _lines(dataset / "items.jsonl") if item["split"] in ("train", "validation")]
    sides = _sides(dataset, items)
    rows = np.array([_ordered(item, sides[item["id"]]) for item in items], np.int32)
    trains = np.array([item["split"] == "train" for item in items])
    prompts = np.array([item["prompt"] for item in items])[trains]
    dimension = open_store(reference, context).responses_rd.shape[1]
    name = json.loads((dataset / "manifest.json").read_text())["name"]
    return World(name + (" lifted" if lift else ""), reference, dimension, rows[trains], rows[~trains], prompts, context)


def _sides(dataset: Path, items: list[dict[str, Any]]) -> dict[str, str]:
    """The preferred side (a, b) of every item by id. Ends the program where labels say more or less than that."""
    labels = {label["id"]: label for label in _lines(dataset / "labels.jsonl")}
    found = Counter(_beyond_sides(labels.get(item["id"])) for item in items)
    odd = ", ".join(f"{count:,} {what}" for what, count in sorted(found.items()) if what)
    if odd:
        sys.exit(
            f"Cannot measure '{dataset}': of {len(items):,} pairs of train and validation {odd}; "
            "a label for one side of each, of weight 1, is needed"
        )
    return {item["id"]: labels[item["id"]]["preferred"] for item in items}


def _beyond_sides(label: dict[str, Any] | None) -> str:
    if label is None:
        return "without a label"
    if label["preferred"] == "tie":
        return "tied"
    if "p" in label:
        return "with a soft label"
    return "with a weight" if label.get("weight", 1) != 1 else ""


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def _ordered(item: dict[str, Any], preferred: str) -> tuple[int, int]:
    return (item["a"], item["b"]) if preferred == "a" else (item["b"], item["a"])


def _lifted(features_rd: torch.Tensor, dimension: int) -> torch.Tensor:
    standard = _standardised(features_rd)
    inputs = standard.shape[1]
    weights = torch.randn(inputs, dimension - inputs, generator=torch_generator(("bench", "lift", dimension)))
    return _standardised(torch.cat((standard, (standard @ weights / sqrt(inputs)).relu()), dim=1))


def _standardised(features_rd: torch.Tensor) -> torch.Tensor:
    return (features_rd - features_rd.mean(dim=0)) / features_rd.std(dim=0).clamp(min=1e-6)


def run_seed(world: World, kinds: list[str], counts: list[int], seed: int) -> dict[tuple[str, int], Outcome]:
    """Fits every kind on nested label sets of one seed."""
    prompts = np.unique(world.prompts_n)
    mixed = prompts[torch.randperm(len(prompts), generator=torch_generator((seed, "bench", "prompts"))).numpy()]
    held = np.isin(world.prompts_n, mixed[: round(_HELD_OUT * len(prompts))])
    pool = world.train_n2[~held]
    order = torch.randperm(len(pool), generator=torch_generator((seed, "bench", "labels"))).numpy()
    start = time.process_time()
    if "bayesian-linear" in kinds:
        spectrum_of(world.store, pool, _KINDS["bayesian-linear"].rank, world.context)
    print(f"seed {seed}: directions of {len(pool)} pairs {time.process_time() - start:.1f} s", file=sys.stderr, flush=True)
    responses = open_store(world.store, world.context).responses_rd
    typical = float(PairDistances(responses, pool).values().mean())
    outcomes = {}
    for kind in kinds:
        for count in [count for count in counts if count <= len(pool)]:
            params = _params(world, kind, typical, seed)
            tensors = {"labelled": pool[order[:count]], "validation": world.validation_n2, "pool": pool}
            outcomes[kind, count] = _measure(world, params, tensors, world.train_n2[held])
            print(f"  {kind} {count}: {outcomes[kind, count]}", file=sys.stderr, flush=True)
    return outcomes


def _measure(
    world: World, params: PosteriorFitParams, tensors: dict[str, np.ndarray], held_out_n2: np.ndarray
) -> Outcome:
    start = time.process_time()
    handle = posterior_fit.run(params, tensors, world.context).data.posterior
    seconds = time.process_time() - start
    fitted = find_posterior(handle, world.context)
    world.context.state.posteriors.clear()
    losses = [
        prediction_loss(fitted, LabelledPairs(rows), 0, world.context) for rows in (held_out_n2, world.validation_n2)
    ]
    return Outcome(-losses[0], -losses[1], seconds)


def _params(world: World, kind: str, typical: float, seed: int) -> PosteriorFitParams:
    """As a run without settings asks: src/posterior/default-settings.ts."""
    narrow = world.dimension <= _WIDEST_EMBEDDING
    init, layers = ("xavier_normal", [128, 32]) if narrow else ("normal", [2048, 256])
    lr, epochs, every = (5e-3, 12, 4) if narrow else (5e-4, 8, 10)
    training = TrainingSettings(
        lr=lr, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, clip_norm=1.0,
        warmup_steps=5, batch=32, epochs=epochs, eval_every=every, patience=3,
    )  # fmt: skip
    by_distance = DistanceNoise(exponents=[0, 0.5, 1], typical=typical, folds=5)
    noise = by_distance if kind == "bayesian-linear" else ConstantNoise()
    head = HeadShape(layers=layers, activation="tanh", init=init, init_scale=0.01)
    return PosteriorFitParams(
        store=world.store, kind=_KINDS[kind], noise=noise, folds=None, ties=0.0,
        head=head, training=training, seed=seed, round=0,
    )  # fmt: skip


def print_rows(world: World, kind: str, counts: list[int], seeds: list[dict[tuple[str, int], Outcome]]) -> None:
    """A Markdown row a count: means over the seeds with 95 % half widths, and the paired change from the count before."""
    before = None
    for count in counts:
        outcomes = [outcomes[kind, count] for outcomes in seeds if (kind, count) in outcomes]
        if len(outcomes) < len(seeds):
            continue
        cells = [f"{world.name}, {world.dimension}", _SHOWN.get(kind, kind), f"{count:,}"]
        for split in ("held_out", "validation"):
            now = [getattr(outcome, split) for outcome in outcomes]
            earlier = before and [getattr(outcome, split) for outcome in before]
            cells += [_interval(now), _change(now, earlier)]
        seconds = float(np.median([outcome.seconds for outcome in outcomes]))
        print(f"| {' | '.join(cells)} | {seconds:.2f} |", flush=True)
        before = outcomes


def _interval(values: list[float]) -> str:
    return f"{np.mean(values):.4f} ± {_half_width(values):.4f}"


def _change(now: list[float], earlier: list[float] | None) -> str:
    if earlier is None:
        return "–"
    changes = [a - b for a, b in zip(now, earlier, strict=True)]
    words = f"{np.mean(changes):+.4f} ± {_half_width(changes):.4f}"
    return f"**{words}, falls**" if np.mean(changes) + _half_width(changes) < 0 else words


def _half_width(values: list[float]) -> float:
    return float(student.ppf(0.975, len(values) - 1) * np.std(values, ddof=1) / sqrt(len(values)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--lift", type=int)
    parser.add_argument("--seeds", type=int, default=10, help="seeds 1 to this, at least 2")
    parser.add_argument("--counts", default="40,120,400,1000,2000,4000")
    parser.add_argument("--posteriors", default=",".join(_KINDS))
    parsed = parser.parse_args()
    if parsed.seeds < 2:
        parser.error(f"--seeds is {parsed.seeds}; an interval over seeds needs at least 2")
    return parsed


if __name__ == "__main__":
    torch.set_num_threads(1)
    asked = _arguments()
    world, counts = read_world(asked.dataset, asked.store, asked.lift), [int(count) for count in asked.counts.split(",")]
    kinds = asked.posteriors.split(",")
    seeds = [run_seed(world, kinds, counts, seed) for seed in range(1, asked.seeds + 1)]
    print("| data, dimensions | posterior | labels | held-out prompts | change | validation | change | fit, CPU s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for kind in kinds:
        print_rows(world, kind, counts, seeds)
