"""A fitted posterior as the worker keeps it under its handle."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import msgspec
import numpy as np
import torch

from ...context.context import Context
from ...protocol.messages import StoreRef


@dataclass(frozen=True)
class Snapshot:
    """All that is needed to make a posterior again: `kind` says by whom, `params` and `report` are what the fit was
    asked and what it answered."""

    kind: str
    params: msgspec.Struct
    report: msgspec.Struct
    tensors: Mapping[str, torch.Tensor]


class KeptPosterior(Protocol):
    """Whatever can judge pairs of a store's responses."""

    @property
    def store(self) -> StoreRef:
        """The store whose responses it judges."""

    @property
    def report(self) -> msgspec.Struct:
        """What its fit answered."""

    @property
    def nbytes(self) -> int:
        """Bytes it takes, for the worker's cache."""

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """What posterior.predict answers for N pairs (rows, int32): `logits`, the reward differences first − second
        under S samples, float32 S × N and all finite, and by name whatever else this kind tells."""

    def snapshot(self, context: Context) -> Snapshot | None:
        """What survives a restart of the worker; None: nothing does, a new fit is needed."""


@runtime_checkable
class LatentPosterior(Protocol):
    """A posterior of reward heads, which have hidden layers."""

    def latent(self, pairs_n2: np.ndarray, context: Context) -> torch.Tensor:
        """Differences first − second in the first member's last hidden layer, float32 N × H on the worker's device."""
