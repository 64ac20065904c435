"""Exact nearest neighbours among prompt rows."""
