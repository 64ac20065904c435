"""The files of a features dataset, found, and opened as tables."""
