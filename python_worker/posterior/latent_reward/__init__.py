"""One head, and normal fits to its rewards of labelled responses."""
