"""Whether a function of the user's gives features that depend on each text alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch

# Relative differences that rounding in batches of other shapes makes, by the type of the features.
_ROUNDING = {torch.float16: 2e-2, torch.bfloat16: 1e-1}
_USUAL = 1e-3

Embed = Callable[[list[str]], torch.Tensor]
"""Texts → features (B × D) in the function's own type."""


@dataclass(frozen=True)
class FunctionCheck:
    """Largest relative differences to single texts: of batches, and of the same text called again; and what is rounding."""

    in_batches: float
    again: float
    allowed: float


def check_function(
    embed: Embed, texts: Sequence[str], begun: Sequence[tuple[Sequence[str], torch.Tensor]]
) -> FunctionCheck:
    """Compares a batch of the longest and shortest of `texts`, and rows of batches that were embedded before, with single texts.

    begun: texts and features of such batches.
    """
    chosen = _spread(texts, 4)
    alone_bd = _alone(embed, chosen)
    differences = [_largest(embed(chosen).double(), alone_bd)]
    for before, features_bd in begun:
        rows = [before.index(text) for text in (*_spread(before, 2), before[-1])]
        differences.append(_largest(features_bd[rows].double(), _alone(embed, [before[row] for row in rows])))
    again = _largest(_alone(embed, [chosen[0], chosen[-1]]), alone_bd[[0, -1]])
    return FunctionCheck(max(differences), again, _ROUNDING.get(begun[0][1].dtype, _USUAL))


def _alone(embed: Embed, texts: Sequence[str]) -> torch.Tensor:
    return torch.cat([embed([text]) for text in texts]).double()


def _spread(texts: Sequence[str], count: int) -> list[str]:
    """Texts of all lengths, the longest first; one text as often as it takes."""
    ordered = sorted(texts, key=len, reverse=True)
    return [ordered[index * (len(ordered) - 1) // (count - 1)] for index in range(count)]


def _largest(found_bd: torch.Tensor, expected_bd: torch.Tensor) -> float:
    """Largest ‖found − expected‖ / ‖expected‖ of a row; rows that are not finite are told of when they are stored."""
    finite_b = torch.isfinite(expected_bd).all(dim=1)
    relative_b = (found_bd - expected_bd).norm(dim=1) / expected_bd.norm(dim=1).clamp(min=1e-30)
    return float(torch.nan_to_num(relative_b[finite_b], nan=torch.inf).max()) if bool(finite_b.any()) else 0.0
