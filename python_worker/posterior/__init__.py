"""Posteriors over reward functions: all members trained together in stacked tensors."""
