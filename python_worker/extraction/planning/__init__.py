"""What an extraction is asked for, and how its model is run: tried on a few texts, then frozen."""
