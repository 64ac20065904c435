"""Parts of an extraction: the frozen plan they share, their texts, and their files on disk."""
