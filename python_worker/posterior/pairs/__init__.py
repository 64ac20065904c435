"""Pairs of responses: labelled, as features, and what each brings to a loss."""
