"""What the tests of features share."""

from feature_fixtures import bert, dataset, llama, make_entropy_params, make_params

__all__ = ["bert", "dataset", "llama", "make_entropy_params", "make_params"]
