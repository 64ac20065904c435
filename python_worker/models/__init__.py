"""Loads a Hugging Face model: its tokenizer, weights and adapter, onto its devices."""
