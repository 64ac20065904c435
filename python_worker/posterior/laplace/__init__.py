"""A Gaussian over the last layer of a trained head."""
