"""What the tests of posteriors share."""

from small_fits import make_problem

__all__ = ["make_problem"]
