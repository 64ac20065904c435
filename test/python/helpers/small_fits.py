"""Small fits for the posterior's tests."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch
from pair_oracle import columns_of

from python_worker.base.seeding import torch_generator
from python_worker.context.context import Context
from python_worker.posterior.heads.initial_weights import initial_weights
from python_worker.posterior.links.link import Link
from python_worker.posterior.links.logistic import LOGISTIC
from python_worker.posterior.pairs.pair_features import PairFeatures
from python_worker.posterior.pairs.pair_terms import PairTerms
from python_worker.posterior.training.fit_ensemble import Fit, fit_ensemble
from python_worker.posterior.training.member_streams import MemberStreams
from python_worker.protocol.messages import HeadShape, TrainingSettings

SETTINGS = {
    "lr": 0.02, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.0, "clip_norm": 1.0,
    "warmup_steps": 5, "batch": 16, "epochs": 12, "eval_every": 7, "patience": 3,
}  # fmt: skip


@dataclass(frozen=True)
class Problem:
    """One training problem in the form of both implementations."""

    layers: list
    activation: str
    labelled: tuple
    validation: tuple | None
    settings: TrainingSettings
    streams: MemberStreams
    link: Link = LOGISTIC

    def order(self, member, epoch):
        return self.streams.order(member, epoch, len(self.labelled[0]))

    def fit(self) -> Fit:
        validation = self.validation or (self.labelled[0][:0], self.labelled[1][:0])
        pairs = (pairs_of(*part, link=self.link) for part in (self.labelled, validation))
        return Fit(self.layers, self.activation, *pairs, self.settings, self.order)

    def run(self):
        return fit_ensemble(self.fit(), Context.offline())


def pairs_of(first, second, *columns, link=LOGISTIC) -> PairFeatures:
    rows = np.arange(2 * len(first), dtype=np.int32).reshape(2, -1).T
    return PairFeatures.gather(torch.cat((first, second)), rows, PairTerms(*columns, link=link))


def _world(count, dimension, generator):
    """Noisy preferences by a hidden direction."""
    first, second = (torch.randn(count, dimension, generator=generator) for _ in range(2))
    noise = torch.randn(count, 1, generator=generator) * dimension**0.5
    swap = (first - second).sum(dim=1, keepdim=True) + noise < 0
    return torch.where(swap, second, first), torch.where(swap, first, second)


@pytest.fixture
def make_problem():
    """Makes a problem; keywords that are training settings replace the defaults."""

    def make(
        members=3, pairs=70, validation=90, dimension=9, layers=(12, 7), activation="tanh", init_scale=0.3, terms=False,
        link=LOGISTIC, **changes
    ):  # fmt: skip
        generator = torch_generator(("test", pairs, dimension))
        head = HeadShape(layers=list(layers), activation=activation, init="normal", init_scale=init_scale)
        streams = MemberStreams(seed=9, round=2)
        return Problem(
            [initial_weights(head, dimension, streams.initial(member)) for member in range(members)],
            activation,
            _world(pairs, dimension, generator) + (columns_of(pairs, 1) if terms else ()),
            _world(validation, dimension, generator) + (columns_of(validation, 2) if terms else ()) if validation else None,
            TrainingSettings(**SETTINGS | changes),
            streams,
            link,
        )

    return make
