"""A Bayesian linear reward as a posterior."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import torch

from ...context import Context
from ...errors import invalid_argument
from ...protocol.messages import DistanceNoise, PosteriorFitData, PosteriorFitParams, StoreRef
from ...seeding import torch_generator
from ...store.open_store import open_store
from ...store.pair_distances import PairDistances
from ..fit_request import FitRequest, kind_of
from ..kept_posterior import Snapshot
from ..noise.models import noise_of
from ..pair_terms import PairTerms
from .choose_prior import PriorSearch
from .evidence import fit_weights
from .prior import Whitening
from .spectrum import Spectrum, spectrum_of

_MOST_SEARCHED = 512
_BLOCK_PAIRS = 8_192


@dataclass(frozen=True)
class BayesianLinear:
    """A normal distribution over linear rewards in R directions: a pair of Δφ has the logit s·Δφ·B·w with B the
    directions times the prior's factors (`basis_dr`, float64 D × R), w of mean `mean_r` and precision L·Lᵀ
    (`lower_rr`)."""

    basis_dr: torch.Tensor
    mean_r: torch.Tensor
    lower_rr: torch.Tensor
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> BayesianLinear:
        """Chooses the prior by evidence, then approximates the posterior under it. Validation pairs are not used."""
        if not len(request.labelled):
            raise invalid_argument(f"Cannot fit {request.name}: there are no labelled pairs, at least one is needed")
        spectrum = spectrum_of(request.params.store, request.pool_n2, request.params.kind.rank, context)
        noise = request.params.noise
        exponents = tuple(sorted(noise.exponents)) if isinstance(noise, DistanceNoise) else (0.0,)
        whitening = Whitening(spectrum, noise.typical if isinstance(noise, DistanceNoise) else 1.0)
        labels = _read_labels(request, spectrum, context)
        prior = labels.search(_searched(request), exponents, whitening).choose()
        fitted = fit_weights(whitening.design(labels.projected_nr, labels.distances_n, prior), labels.terms)
        chosen = request.with_exponent(prior.exponent) if isinstance(noise, DistanceNoise) else request
        report = chosen.answer(request.params.kind.samples, [])
        basis = spectrum.basis_dr.double() * whitening.factors(prior)
        return cls(basis, fitted.mean_r, fitted.lower_rr, chosen.params, report)

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> BayesianLinear:
        """The posterior a snapshot was taken of, equal to the last bit."""
        tensors = (snapshot.tensors[name].to(context.state.device) for name in ("basis", "mean", "lower"))
        return cls(*tensors, snapshot.params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose responses it judges."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of directions, mean and precision."""
        return self.basis_dr.nbytes + self.mean_r.nbytes + self.lower_rr.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone, S × N: mean and standard deviation over the samples are those of the normal distribution,
        what pairs have in common is drawn."""
        normal_rs = self._normal().to(self.mean_r.device)
        logits = np.empty((self.report.samples, len(pairs_n2)), np.float32)
        for block, design in self._designs(pairs_n2, context):
            mean = design @ self.mean_r
            spread = torch.linalg.solve_triangular(self.lower_rr, design.T, upper=False)
            logits[:, block] = _matched(mean, spread, normal_rs).float().cpu().numpy()
        return {"logits": logits}

    def latent(self, pairs_n2: np.ndarray, context: Context) -> torch.Tensor:
        """The pairs in the directions, in units of the prior's standard deviation, float32 N × R."""
        blocks = [design.float() for _block, design in self._designs(pairs_n2, context)]
        return torch.cat(blocks) if blocks else self.basis_dr.new_zeros((0, len(self.mean_r))).float()

    def snapshot(self, context: Context) -> Snapshot:
        """Directions, mean and precision."""
        del context
        tensors = {"basis": self.basis_dr, "mean": self.mean_r, "lower": self.lower_rr}
        return Snapshot(kind_of(self.params), self.params, self.report, tensors)

    def _designs(self, pairs_n2: np.ndarray, context: Context) -> Iterator[tuple[slice, torch.Tensor]]:
        """Rows s·Δφ·B of the pairs (float64), block by block."""
        responses_rd = open_store(self.store, context).responses_rd
        noise = noise_of(self.params.noise)
        for start in range(0, len(pairs_n2), _BLOCK_PAIRS):
            context.check()
            block = slice(start, start + _BLOCK_PAIRS)
            first, second = torch.from_numpy(pairs_n2[block].astype(np.int64)).to(responses_rd.device).T
            design = (responses_rd[first].double() - responses_rd[second].double()) @ self.basis_dr
            scales = noise.scales(PairDistances(responses_rd, pairs_n2[block], context.check))
            yield block, design if scales is None else design * scales.unsqueeze(1)

    def _normal(self) -> torch.Tensor:
        """One stream a sample, so that a sample's numbers do not depend on how many there are; R × S, float64."""
        seed, round_, rank = self.params.seed, self.params.round, len(self.mean_r)
        streams = [torch_generator((seed, "bayesian-linear", round_, "sample", s)) for s in range(self.report.samples)]
        return torch.stack([torch.randn(rank, dtype=torch.float64, generator=stream) for stream in streams]).T


def _matched(mean_n: torch.Tensor, spread_rn: torch.Tensor, normal_rs: torch.Tensor) -> torch.Tensor:
    """Logits S × N of mean and standard deviation (over samples, ddof 0) as given, ‖spread‖ being the deviation."""
    deviation = torch.linalg.vector_norm(spread_rn, dim=0)
    drawn = normal_rs.T @ spread_rn
    drawn = drawn - drawn.mean(dim=0)
    size = drawn.square().mean(dim=0).sqrt()
    return mean_n + drawn * (deviation / size.clamp(min=torch.finfo(torch.float64).tiny))


@dataclass(frozen=True)
class _Labels:
    """What the labelled pairs are in the directions of a spectrum."""

    projected_nr: torch.Tensor
    distances_n: torch.Tensor
    terms: PairTerms

    def search(self, indices: torch.Tensor, exponents: tuple[float, ...], whitening: Whitening) -> PriorSearch:
        """The search for a prior on some of them."""
        at = indices.to(self.projected_nr.device)
        parts = (self.projected_nr[at], self.distances_n[at], self.terms.at(at))
        return PriorSearch(*parts, exponents, whitening)


def _read_labels(request: FitRequest, spectrum: Spectrum, context: Context) -> _Labels:
    pairs, responses_rd = request.labelled, request.responses_rd
    projected = spectrum.project(responses_rd, pairs.rows_n2, context.check)
    distances = PairDistances(responses_rd, pairs.rows_n2, context.check).values()
    terms = PairTerms(pairs.targets_n, pairs.weights_n).to(responses_rd.device, torch.float64)
    return _Labels(projected, distances, terms)


def _searched(request: FitRequest) -> torch.Tensor:
    """The pairs the prior is chosen on: all, or as many as are enough for three numbers, drawn."""
    stream = torch_generator((request.params.seed, "bayesian-linear", request.params.round, "searched"))
    return torch.randperm(len(request.labelled), generator=stream)[:_MOST_SEARCHED].sort().values
