"""Fits on all labelled pairs but a part, judged by that part."""
