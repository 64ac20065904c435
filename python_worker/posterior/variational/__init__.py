"""A normal distribution over the reward of every response."""
