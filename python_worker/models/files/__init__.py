"""A model's files: found or fetched, checked and hashed."""
