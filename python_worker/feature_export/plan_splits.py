"""Which items of which splits are exported, under which names, and which answer comes first."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from ..base.errors import invalid_argument, invalid_data
from .export_source import ExportSource

A, B, NONE = 1, 0, 2


@dataclass(frozen=True)
class SplitPlan:
    """A split with items to export; `published` is its name in files.

    `preferred_n` (uint8, one an item of the split: 1 a, 0 b, 2 leave it out) makes the first answer the chosen one;
    None: the first is a.
    """

    name: str
    published: str
    preferred_n: np.ndarray | None
    items: int
    dropped: int
    has_prompts: bool


def plan_splits(layout: str, source: ExportSource, preferred_n: np.ndarray | None) -> list[SplitPlan]:
    """Every split that has items to export, in order.

    Raises INVALID_ARGUMENT for labels of another number of items or none where they are needed, INVALID_DATA where
    nothing is left or two splits would have one name.
    """
    if layout == "reference" and preferred_n is None:
        raise invalid_argument("Cannot export to reference: its columns are chosen and rejected, labels are needed")
    counts = source.dataset.splits
    if preferred_n is not None and (preferred_n.dtype != np.uint8 or preferred_n.shape != (sum(counts.values()),)):
        found = f"{preferred_n.dtype} {' × '.join(map(str, preferred_n.shape))}"
        raise invalid_argument(f"Cannot use tensor 'preferred': it is {found}, uint8 {sum(counts.values())} is needed")
    plans, begin = [], 0
    for name, count in counts.items():
        own_n = None if preferred_n is None else preferred_n[begin : begin + count]
        dropped = 0 if own_n is None else int((own_n == NONE).sum())
        published = _published_name(layout, name)
        plans.append(SplitPlan(name, published, own_n, count - dropped, dropped, source.has_prompts(name)))
        begin += count
    plans = [plan for plan in plans if plan.items > 0]
    _check_names(plans)
    return plans


def _published_name(layout: str, name: str) -> str:
    """What `datasets` and file systems take: letters, digits and underscores; `all` means every split there."""
    if layout == "reference" and name == "validation":
        return "eval"
    plain = re.sub(r"[^A-Za-z0-9_]", "_", name)
    return "all_" if plain == "all" else plain


def _check_names(plans: list[SplitPlan]) -> None:
    if not plans:
        raise invalid_data("Cannot export features: no item is left, at least one (with a label, where labels are used) is needed")
    taken: dict[str, str] = {}
    for plan in plans:
        other = taken.setdefault(plan.published.lower(), plan.name)
        if other != plan.name:
            raise invalid_data(
                f"Cannot export splits '{other}' and '{plan.name}': both would be called '{plan.published}', "
                "names that differ in letters and digits are needed"
            )
