"""The precision of a Laplace approximation: the Hessian of the negative log posterior, factored once."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ...base.errors import WorkerError, invalid_argument

# A pivot is the share of a feature's curvature that the features before it do not explain.
_LEAST_PIVOT_OF_A_FEATURE = 10 * torch.finfo(torch.float64).eps


@dataclass(frozen=True)
class LaplacePrecision:
    """H = C S C with C = diag(`scale_d`) and S = L Lᵀ of unit diagonal, so that ill-scaled features cost no digits."""

    scale_d: torch.Tensor
    lower_dd: torch.Tensor

    @classmethod
    def factor(cls, hessian_dd: torch.Tensor) -> LaplacePrecision:
        """Factors a symmetric matrix. Raises INVALID_ARGUMENT where it is singular to working precision."""
        scale = hessian_dd.diagonal().clamp(min=0).sqrt()
        if not (scale > 0).all():
            still = int((scale > 0).logical_not().nonzero()[0])
            raise _singular(f"its input {still} is the same in all pairs")
        lower, failed = torch.linalg.cholesky_ex(hessian_dd / scale / scale[:, None])
        least = float(lower.diagonal().min()) ** 2
        if failed or not least > _LEAST_PIVOT_OF_A_FEATURE * len(scale):
            raise _singular("its Hessian is singular (too few pairs, dependent inputs, or separable pairs)")
        return cls(scale, lower)

    def solve(self, vector_d: torch.Tensor) -> torch.Tensor:
        """H⁻¹ times a vector."""
        return torch.cholesky_solve((vector_d / self.scale_d)[:, None], self.lower_dd)[:, 0] / self.scale_d

    def covariance(self) -> torch.Tensor:
        """H⁻¹ (D × D)."""
        return torch.cholesky_inverse(self.lower_dd) / self.scale_d / self.scale_d[:, None]

    def colour(self, normal_sd: torch.Tensor) -> torch.Tensor:
        """Standard normal rows made rows of covariance H⁻¹ (S × D)."""
        solved = torch.linalg.solve_triangular(self.lower_dd.T, normal_sd.T, upper=True)
        return solved.T / self.scale_d


def _singular(found: str) -> WorkerError:
    return invalid_argument(
        f"Cannot approximate the posterior of the last layer: {found}, "
        "a larger posterior.laplace.priorPrecision is needed"
    )
