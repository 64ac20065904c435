"""What posterior.fit is asked, checked and with its store open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch

from ..protocol.messages import MemberReport, PosteriorFitData, PosteriorFitParams
from .fit_ensemble import Fit
from .initial_weights import initial_weights
from .member_streams import MemberStreams
from .pair_features import PairFeatures


@dataclass(frozen=True)
class FitRequest:
    """A fit under its handle: responses R × D, rows (chosen, rejected) int32 n × 2 and m × 2."""

    params: PosteriorFitParams
    handle: str
    responses_rd: torch.Tensor
    labelled_n2: np.ndarray
    validation_n2: np.ndarray

    @property
    def kind(self) -> str:
        """Its name in the table of kinds."""
        return kind_of(self.params)

    @property
    def name(self) -> str:
        """Whose fit it is, for errors."""
        return f"posterior of seed {self.params.seed}, round {self.params.round}"

    def training(self, members: int, *, first: int = 0, shared: bool = False, outputs: int = 1) -> Fit:
        """The training of heads `first`, `first` + 1, …, each from streams of its own; `shared` as in `MemberStreams`."""
        params, streams = self.params, MemberStreams(self.params.seed, self.params.round, shared)
        start = partial(initial_weights, params.head, self.responses_rd.shape[1], outputs=outputs)
        return Fit(
            initial=[start(streams.initial(first + member)) for member in range(members)],
            activation=params.head.activation,
            labelled=PairFeatures.gather(self.responses_rd, self.labelled_n2),
            validation=PairFeatures.gather(self.responses_rd, self.validation_n2),
            training=params.training,
            order=lambda member, epoch: streams.order(first + member, epoch, len(self.labelled_n2)),
            name=self.name,
        )

    def answer(self, samples: int, members: Sequence[MemberReport]) -> PosteriorFitData:
        """What posterior.fit answers."""
        return PosteriorFitData(posterior=self.handle, samples=samples, members=list(members))


def kind_of(params: PosteriorFitParams) -> str:
    """The kind's name in the table of kinds, its `type` on the wire."""
    return str(params.kind.__struct_config__.tag)
