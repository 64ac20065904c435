"""The exact neighbour graph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from ..context.context import Context
from .distances import distances_from
from .shortlist import Candidates, Shortlist

_EXTRA_CANDIDATES = 16


@dataclass(frozen=True)
class NeighbourGraph:
    """K nearest rows of every row by (distance, id), the row itself first.

    `ids` int32 and `distances` float64 are U × K. Every row nearer than `radius` (U) is listed; +inf: all are.
    `widened` counts the rows that needed more than the first shortlist.
    """

    ids: np.ndarray
    distances: np.ndarray
    radius: np.ndarray
    widened: int


def build_graph(features_ud: np.ndarray, neighbours: int, context: Context, device: str = "cpu") -> NeighbourGraph:
    """The graph over float32 features, all rows listed when there are no more than `neighbours`.

    Three stages, each for the rows the one before could not prove: a float32 shortlist, a float64 one, all distances.
    """
    return _Building(features_ud, min(neighbours, len(features_ud)), context).run(device)


class _Building:
    def __init__(self, features_ud: np.ndarray, neighbours: int, context: Context) -> None:
        rows = len(features_ud)
        self.features = features_ud
        self.context = context
        self.ids = np.empty((rows, neighbours), np.int32)
        self.distances = np.empty((rows, neighbours))
        self.radius = np.empty(rows)
        self.proven = np.zeros(rows, bool)

    def run(self, device: str) -> NeighbourGraph:
        """All stages; the later ones see only what is left."""
        self._list(Shortlist(self.features, torch.float32, device))
        widened = self._left()
        if len(widened):
            self._list(Shortlist(self.features, torch.float64, device))
        for row in self._left():
            self._compare_with_all(row)
        return NeighbourGraph(self.ids, self.distances, self.radius, len(widened))

    def _left(self) -> np.ndarray:
        return np.flatnonzero(~self.proven)

    def _list(self, shortlist: Shortlist) -> None:
        size = min(len(self.features), self.ids.shape[1] + _EXTRA_CANDIDATES)
        left = self._left()
        for start in range(0, len(left), shortlist.block):
            rows = left[start : start + shortlist.block]
            self._rank(rows, shortlist.nearest(rows, size))

    def _compare_with_all(self, row: int) -> None:
        everything = np.arange(len(self.features))[np.newaxis]
        self._rank(np.array([row]), Candidates(everything, np.array([np.inf])))

    def _rank(self, rows: np.ndarray, candidates: Candidates) -> None:
        """Exact distances to the candidates; the nearest K are right if all others are proven to be farther."""
        distances = np.stack([self._distances(row, ids) for row, ids in zip(rows, candidates.ids, strict=True)])
        itself = candidates.ids == rows[:, np.newaxis]
        order = np.lexsort((candidates.ids, np.where(itself, -1.0, distances)), axis=1)
        ids, distances = (np.take_along_axis(values, order, axis=1) for values in (candidates.ids, distances))
        count = self.ids.shape[1]
        self.ids[rows], self.distances[rows] = ids[:, :count], distances[:, :count]
        next_distance = distances[:, count] if distances.shape[1] > count else np.inf
        self.radius[rows] = np.minimum(candidates.beyond, next_distance)
        self.proven[rows] = candidates.beyond > distances[:, count - 1]
        self.context.progress(int(self.proven.sum()), len(self.proven))

    def _distances(self, row: int, ids: np.ndarray) -> np.ndarray:
        self.context.check()
        return distances_from(self.features[row], self.features, ids)
