"""Training of heads: the loss, the steps, and when they stop."""
