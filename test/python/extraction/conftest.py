"""What the tests of extraction share."""

from feature_fixtures import bert, dataset, llama, make_params

__all__ = ["bert", "dataset", "llama", "make_params"]
