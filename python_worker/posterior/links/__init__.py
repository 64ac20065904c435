"""Links: how probable the label of a pair is at its logit."""
