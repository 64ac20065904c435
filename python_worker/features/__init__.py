"""Passes of texts through a network: batches, pooling, entropies of tokens; and features of a user's function."""
