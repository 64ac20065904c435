"""Figures for LaTeX: vector, fonts embedded, equal bytes for equal data. The only importer of matplotlib."""
