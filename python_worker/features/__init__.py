"""Feature extraction: the texts of a dataset, through a Hugging Face model, into a feature store."""
