"""Batches of texts through a model, and the ways to pack them."""
