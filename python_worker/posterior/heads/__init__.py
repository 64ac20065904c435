"""Reward heads: their weights, and what they give of rows of features."""
