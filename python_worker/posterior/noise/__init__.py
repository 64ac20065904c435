"""Noise models: how decisive a pair is, from what is known of it without its label."""
