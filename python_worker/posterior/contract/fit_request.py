"""What posterior.fit is asked, checked and with its store open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

import msgspec
import numpy as np
import torch

from ...base.seeding import torch_generator
from ...protocol.messages import MemberReport, NoiseReport, PosteriorFitData, PosteriorFitParams
from ...store.pair_distances import PairDistances
from ..heads.initial_weights import initial_weights
from ..noise.models import exponents_of, terms_under
from ..pairs.folds import folds_of
from ..pairs.labelled_pairs import LabelledPairs
from ..pairs.pair_features import PairFeatures
from ..pairs.pair_terms import PairTerms
from ..training.fit_ensemble import Fit
from ..training.member_streams import MemberStreams


@dataclass(frozen=True)
class FitRequest:
    """A fit under its handle: responses R × D, n labelled pairs and m that validate.

    `pool_n2` are the rows (int32) of the pairs that may be asked about, and `covariates_rc` (float64, finite) numbers of
    every response that its reward may depend on directly, where the kind looks at them; `last_step` ends training before
    the last epoch does; `noise_losses` are those an exponent was chosen by.
    """

    params: PosteriorFitParams
    handle: str
    responses_rd: torch.Tensor
    labelled: LabelledPairs
    validation: LabelledPairs
    pool_n2: np.ndarray | None = None
    covariates_rc: np.ndarray | None = None
    noise_losses: Sequence[float] = ()
    last_step: int | None = None

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
            labelled=self.features_of(self.labelled),
            validation=self.features_of(self.validation),
            training=params.training,
            order=lambda member, epoch: streams.order(first + member, epoch, len(self.labelled)),
            name=self.name,
            last_step=self.last_step,
        )

    def answer(
        self, samples: int, members: Sequence[MemberReport], covariate_share: float | None = None
    ) -> PosteriorFitData:
        """What posterior.fit answers."""
        return PosteriorFitData(
            posterior=self.handle, samples=samples, members=list(members),
            noise=self._noise_report(), covariate_share=covariate_share,
        )  # fmt: skip

    def parts(self, folds: int) -> list[np.ndarray]:
        """The labelled pairs in `folds` parts to hold out, from the stream (seed, 'folds', round)."""
        stream = torch_generator((self.params.seed, "folds", self.params.round))
        return folds_of(self.labelled, folds, stream)

    def features_of(self, pairs: LabelledPairs) -> PairFeatures:
        """The pairs' responses, copied, with targets, weights and the noise model's scales."""
        return PairFeatures.gather(self.responses_rd, pairs.rows_n2, self.terms_of(pairs))

    def terms_of(self, pairs: LabelledPairs) -> PairTerms:
        """Targets and weights of the pairs, and their scales and link under the noise model."""
        terms = terms_under(self.params, PairDistances(self.responses_rd, pairs.rows_n2))
        return replace(terms, targets_n=pairs.targets_n, weights_n=pairs.weights_n)

    @property
    def exponents(self) -> Sequence[float]:
        """Those of its noise model that there are to choose among; none where it has none."""
        return exponents_of(self.params.noise)

    def with_exponent(self, exponent: float | None, losses: Sequence[float] = ()) -> FitRequest:
        """The same fit under a noise model of that exponent (None: as it is); `losses` are those it was chosen by."""
        if exponent is None:
            return self
        noise = msgspec.structs.replace(self.params.noise, exponents=[exponent])
        return replace(self, params=msgspec.structs.replace(self.params, noise=noise), noise_losses=losses)

    def _noise_report(self) -> NoiseReport | None:
        if not self.exponents:
            return None
        return NoiseReport(exponent=self.exponents[0], losses=list(self.noise_losses))


def kind_of(params: PosteriorFitParams) -> str:
    """The kind's name in the table of kinds, its `type` on the wire."""
    return str(params.kind.__struct_config__.tag)
