"""A Bayesian linear reward as a posterior."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
import torch

from ...base.errors import invalid_argument
from ...base.seeding import torch_generator
from ...context.context import Context
from ...protocol.messages import DistanceNoise, PosteriorFitData, PosteriorFitParams, StoreRef
from ...store.open_store import open_store
from ...store.pair_distances import PairDistances
from ..contract.fit_request import FitRequest, kind_of
from ..contract.kept_posterior import Snapshot
from ..heads.row_blocks import row_blocks
from ..noise.models import noise_of
from ..pairs.pair_features import PairFeatures
from ..pairs.pair_terms import PairTerms
from .choose_prior import PriorSearch
from .evidence import fit_weights
from .prior import Whitening
from .spectrum import Spectrum, spectrum_of

_TENSORS = ("basis", "mean", "lower", "covariates")
_MOST_SEARCHED = 512
_BLOCK_ROWS = 8_192


@dataclass(frozen=True)
class BayesianLinear:
    """A normal distribution over linear rewards in K = R + C directions, those of the features and the C covariates: a pair
    of Δx = (Δφ, Δc) has the logit s·Δx·B·w with B the directions times the prior's factors (`basis_dk`, float64
    (D + C) × K), w of mean `mean_k` and precision L·Lᵀ (`lower_kk`). `covariates_rc` are those of every response of the
    store, float64; C may be 0."""

    basis_dk: torch.Tensor
    mean_k: torch.Tensor
    lower_kk: torch.Tensor
    covariates_rc: torch.Tensor
    params: PosteriorFitParams
    report: PosteriorFitData

    @classmethod
    def fit(cls, request: FitRequest, context: Context) -> BayesianLinear:
        """Chooses the prior by evidence, then approximates the posterior under it. Validation pairs are not used."""
        if not len(request.labelled):
            raise invalid_argument(f"Cannot fit {request.name}: there are no labelled pairs; give at least one")
        if request.pool_n2 is None:
            raise invalid_argument(f"Cannot fit {request.name} by bayesian-linear: tensor 'pool' is missing; give the rows of the pool's pairs")
        spectrum = spectrum_of(request.params.store, request.pool_n2, request.params.kind.rank, context)
        if not len(spectrum.moments_r):
            raise invalid_argument(
                f"Cannot fit {request.name} by bayesian-linear: the pool has no pair of answers whose features differ; "
                "give features that tell answers apart"
            )
        noise = request.params.noise
        exponents = tuple(sorted(noise.exponents)) if isinstance(noise, DistanceNoise) else (0.0,)
        covariates = _covariates(request)
        whitening = Whitening(spectrum, noise.typical if isinstance(noise, DistanceNoise) else 1.0, covariates.shape[1])
        labels = _read_labels(request, spectrum, covariates, context)
        prior = labels.search(_searched(request), exponents, whitening).choose()
        design = whitening.design(labels.projected_nk, labels.distances_n, prior)
        fitted = fit_weights(design, labels.terms)
        chosen = request.with_exponent(prior.exponent) if isinstance(noise, DistanceNoise) else request
        share = _covariate_share(design * fitted.mean_r, whitening.covariates)
        report = chosen.answer(request.params.kind.samples, [], share)
        directions = torch.block_diag(spectrum.basis_dr.double(), torch.eye(covariates.shape[1]).to(covariates))
        basis = directions * whitening.factors(prior)
        return cls(basis, fitted.mean_r, fitted.lower_rr, covariates, chosen.params, report)

    @classmethod
    def restore(cls, snapshot: Snapshot, context: Context) -> BayesianLinear:
        """The posterior a snapshot was taken of, equal to the last bit."""
        tensors = (snapshot.tensors[name].to(context.state.device) for name in _TENSORS)
        return cls(*tensors, snapshot.params, snapshot.report)

    @property
    def store(self) -> StoreRef:
        """The store whose responses it judges."""
        return self.params.store

    @property
    def nbytes(self) -> int:
        """Bytes of directions, mean, precision and covariates."""
        return self.basis_dk.nbytes + self.mean_k.nbytes + self.lower_kk.nbytes + self.covariates_rc.nbytes

    def predict(self, pairs_n2: np.ndarray, context: Context) -> Mapping[str, np.ndarray]:
        """The logits alone, S × N: mean and standard deviation over the samples are those of the normal distribution,
        what pairs have in common is drawn."""
        directions = torch.linalg.solve_triangular(self.lower_kk, self.basis_dk.T, upper=False).T
        drawn = directions @ self._normal().to(directions.device)
        columns = torch.cat(((self.basis_dk @ self.mean_k).unsqueeze(1), drawn, directions), dim=1).float()
        logits = np.empty((self.report.samples, len(pairs_n2)), np.float32)
        for block, told in self._differences(columns, pairs_n2, context):
            logits[:, block] = _matched(told, self.report.samples).cpu().numpy()
        return {"logits": logits}

    def latent(self, pairs_n2: np.ndarray, context: Context) -> torch.Tensor:
        """The pairs in the directions, in units of the prior's standard deviation, float32 N × K."""
        blocks = [told for _block, told in self._differences(self.basis_dk.float(), pairs_n2, context)]
        return torch.cat(blocks) if blocks else torch.zeros((0, len(self.mean_k)))

    def snapshot(self, context: Context) -> Snapshot:
        """Directions, mean, precision and covariates."""
        del context
        parts = (self.basis_dk, self.mean_k, self.lower_kk, self.covariates_rc)
        tensors = dict(zip(_TENSORS, parts, strict=True))
        return Snapshot(kind_of(self.params), self.params, self.report, tensors)

    def _differences(
        self, columns_dk: torch.Tensor, pairs_n2: np.ndarray, context: Context
    ) -> Iterator[tuple[slice, torch.Tensor]]:
        """s·Δx times some columns for all pairs (float32, rows × K), block by block; every response is multiplied once."""
        dimension = len(columns_dk) - self.covariates_rc.shape[1]
        pairs = PairFeatures.refer(open_store(self.store, context).responses_rd, pairs_n2)
        told_rk = torch.empty((len(pairs.rows_r), columns_dk.shape[1]), device=columns_dk.device)
        for block, features in row_blocks(pairs.features_rd, pairs.rows_r, _BLOCK_ROWS):
            covariates = self.covariates_rc[pairs.rows_r[block]].float()
            told_rk[block] = features @ columns_dk[:dimension] + covariates @ columns_dk[dimension:]
        scales = noise_of(self.params.noise).scales(PairDistances(pairs.features_rd, pairs_n2, context.check))
        for start in range(0, len(pairs_n2), _BLOCK_ROWS):
            context.check()
            block = slice(start, start + _BLOCK_ROWS)
            first, second = pairs.pairs_n2[block].T
            told = told_rk[first] - told_rk[second]
            yield block, told if scales is None else told * scales[block].unsqueeze(1).float()

    def _normal(self) -> torch.Tensor:
        """One stream a sample, so that a sample's numbers do not depend on how many there are; R × S, float64."""
        seed, round_, rank = self.params.seed, self.params.round, len(self.mean_k)
        streams = [torch_generator((seed, "bayesian-linear", round_, "sample", s)) for s in range(self.report.samples)]
        return torch.stack([torch.randn(rank, dtype=torch.float64, generator=stream) for stream in streams]).T


def _matched(told_nk: torch.Tensor, samples: int) -> torch.Tensor:
    """Logits S × N of columns (mean, S draws, R parts of the deviation): mean and standard deviation over the samples
    (ddof 0) are the mean and the length of the parts."""
    mean, drawn, parts = told_nk.split((1, samples, told_nk.shape[1] - samples - 1), dim=1)
    centred = drawn - drawn.mean(dim=1, keepdim=True)
    size = centred.square().mean(dim=1, keepdim=True).sqrt().clamp(min=torch.finfo(torch.float32).tiny)
    return (mean + centred * (torch.linalg.vector_norm(parts, dim=1, keepdim=True) / size)).T


@dataclass(frozen=True)
class _Labels:
    """What the labelled pairs are in the directions of a spectrum and in the covariates."""

    projected_nk: torch.Tensor
    distances_n: torch.Tensor
    terms: PairTerms

    def search(self, indices: torch.Tensor, exponents: tuple[float, ...], whitening: Whitening) -> PriorSearch:
        """The search for a prior on some of them."""
        at = indices.to(self.projected_nk.device)
        parts = (self.projected_nk[at], self.distances_n[at], self.terms.at(at))
        return PriorSearch(*parts, exponents, whitening)


def _covariates(request: FitRequest) -> torch.Tensor:
    """Those of all responses, R × C, each about its mean; R × 0 where none are known."""
    responses_rd = request.responses_rd
    if request.covariates_rc is None:
        return torch.zeros((len(responses_rd), 0), dtype=torch.float64, device=responses_rd.device)
    covariates = torch.from_numpy(request.covariates_rc).to(responses_rd.device)
    return covariates - covariates.mean(dim=0)


def _covariate_share(parts_nk: torch.Tensor, covariates: int) -> float | None:
    """Squares of the logits' part by covariates over squares of both parts, N pairs; None without covariates."""
    if not covariates:
        return None
    of_features, of_covariates = (
        float(parts.sum(dim=1).square().sum()) for parts in parts_nk.tensor_split([parts_nk.shape[1] - covariates], dim=1)
    )
    both = of_features + of_covariates
    return of_covariates / both if both > 0 else 0.0


def _read_labels(request: FitRequest, spectrum: Spectrum, covariates_rc: torch.Tensor, context: Context) -> _Labels:
    pairs, responses_rd = request.labelled, request.responses_rd
    of_features = spectrum.project(responses_rd, pairs.rows_n2, context.check)
    first, second = torch.from_numpy(pairs.rows_n2.astype(np.int64)).to(covariates_rc.device).T
    projected = torch.cat((of_features, covariates_rc[first] - covariates_rc[second]), dim=1)
    distances = PairDistances(responses_rd, pairs.rows_n2, context.check).values()
    terms = replace(request.terms_of(pairs), scales_n=None).to(responses_rd.device, torch.float64)
    return _Labels(projected, distances, terms)


def _searched(request: FitRequest) -> torch.Tensor:
    """The pairs the prior is chosen on: all, or as many as are enough for four numbers, drawn."""
    stream = torch_generator((request.params.seed, "bayesian-linear", request.params.round, "searched"))
    return torch.randperm(len(request.labelled), generator=stream)[:_MOST_SEARCHED].sort().values
