"""How the answers of a pool differ: the directions a prior over linear rewards follows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from ...base.seeding import torch_generator
from ...context.context import Context
from ...protocol.messages import StoreRef
from ...store.open_store import open_store
from ...store.pair_distances import PairDistances

_MOST_PAIRS = 16_384
_MOST_EXACT = 2_048
_SPARE = 32
_POWERS = 3
_LEAST_SHARE = 1e-10
_BLOCK_BYTES = 64 << 20


@dataclass(frozen=True)
class Spectrum:
    """Second moments of Δφ = φ(a) − φ(b) over a pool, nothing of it depending on labels.

    `basis_dr` are R orthonormal directions (float32, D × R), `moments_r` the mean of (Δφ·direction)² over the pool,
    largest first, float64. `squares_sr` and `distances_s` are (Δφ·direction)² (float32) and ‖Δφ‖ of S pairs of it.
    """

    basis_dr: torch.Tensor
    moments_r: torch.Tensor
    squares_sr: torch.Tensor
    distances_s: torch.Tensor

    @property
    def nbytes(self) -> int:
        """Bytes held."""
        return self.basis_dr.nbytes + self.squares_sr.nbytes

    def project(
        self, responses_rd: torch.Tensor, pairs_n2: np.ndarray, check: Callable[[], None] = lambda: None
    ) -> torch.Tensor:
        """Δφ of N pairs in the directions, float64 N × R; `check` is called before every block."""
        return _project(responses_rd, pairs_n2, self.basis_dr, check)


def spectrum_of(store: StoreRef, pool_n2: np.ndarray, rank: int, context: Context) -> Spectrum:
    """The spectrum of a pool in at most `rank` directions, from the worker's cache where it is there.

    Of a pool of more than 16,384 pairs as many are drawn, always the same ones. Above 2,048 dimensions the directions
    are those of a randomised range finder (Halko, Martinsson, Tropp 2011) with its own stream.
    """
    key = hashlib.sha256(f"spectrum {store.id} {rank} {pool_n2.shape}".encode() + pool_n2.tobytes()).hexdigest()
    stores = context.state.stores
    if key not in stores:
        stores[key] = _measure(open_store(store, context).responses_rd, _drawn(pool_n2), rank, context.check)
    return stores[key]


def _drawn(pool_n2: np.ndarray) -> np.ndarray:
    if len(pool_n2) <= _MOST_PAIRS:
        return pool_n2
    order = torch.randperm(len(pool_n2), generator=torch_generator(("spectrum", "pairs")))
    return pool_n2[np.sort(order[:_MOST_PAIRS].numpy())]


def _measure(responses_rd: torch.Tensor, pairs_n2: np.ndarray, rank: int, check: Callable[[], None]) -> Spectrum:
    differences = _differences(responses_rd, pairs_n2)
    dimension = responses_rd.shape[1]
    found = _exact(differences) if dimension <= _MOST_EXACT else _approximate(differences, rank)
    squares = _project(responses_rd, pairs_n2, found[:, :rank], check).square_()
    moments = squares.mean(dim=0) if len(squares) else squares.new_zeros(squares.shape[1])
    kept = (moments > _LEAST_SHARE * moments.max()).nonzero().flatten()
    distances = PairDistances(responses_rd, pairs_n2, check).values()
    return Spectrum(found[:, kept].contiguous(), moments[kept], squares[:, kept].float(), distances)


def _differences(responses_rd: torch.Tensor, pairs_n2: np.ndarray) -> torch.Tensor:
    first, second = torch.from_numpy(pairs_n2.astype(np.int64)).to(responses_rd.device).T
    return responses_rd[first].float() - responses_rd[second].float()


def _exact(differences_nd: torch.Tensor) -> torch.Tensor:
    """All eigenvectors of the second moments, float32 D × D, the largest eigenvalue first."""
    wide = differences_nd.double()
    _values, vectors = torch.linalg.eigh(wide.T @ wide)
    return vectors.flip(1).float()


def _approximate(differences_nd: torch.Tensor, rank: int) -> torch.Tensor:
    """The leading right singular vectors, float32 D × at most rank."""
    width = min(rank + _SPARE, *differences_nd.shape)
    start = torch.randn(differences_nd.shape[1], width, generator=torch_generator(("spectrum", "range")))
    found = start.to(differences_nd.device)
    for _ in range(_POWERS):
        found = torch.linalg.qr(differences_nd.T @ (differences_nd @ found)).Q
    small = (differences_nd @ found).double()
    _values, vectors = torch.linalg.eigh(small.T @ small)
    return (found.double() @ vectors.flip(1)).float()


def _project(
    responses_rd: torch.Tensor, pairs_n2: np.ndarray, basis_dr: torch.Tensor, check: Callable[[], None]
) -> torch.Tensor:
    projected = torch.empty((len(pairs_n2), basis_dr.shape[1]), dtype=torch.float64, device=responses_rd.device)
    size = max(1, _BLOCK_BYTES // (8 * responses_rd.shape[1]))
    for start in range(0, len(pairs_n2), size):
        check()
        projected[start : start + size] = _differences(responses_rd, pairs_n2[start : start + size]) @ basis_dr
    return projected
