"""Places of items in a feature space, and greedy choices among them."""
