"""Figures as PDF, called through the fence."""

from __future__ import annotations

import base64
import io
from typing import Any

import matplotlib
from matplotlib.backends.backend_pdf import FigureCanvasPdf, PdfPages
from matplotlib.figure import Figure

from .differences import draw_differences
from .lines import draw_lines
from .style import STYLE

_DRAWERS = {"lines": draw_lines, "differences": draw_differences}


def draw_figures(figures: list[dict[str, Any]]) -> dict[str, Any]:
    """Draws `{name, title, drawing}` each; gives `{figures: [{name, pdf}], pages}` with the PDFs in base64.

    `drawing` is a `Drawing` of `src/figures/drawing.ts`; `pages` holds one figure a page, in the order given.
    """
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever style the user has set up
        matplotlib.rcParams.update(STYLE)
        drawn = [_draw(figure["drawing"]) for figure in figures]
        single = [_to_pdf([page], figure["title"]) for page, figure in zip(drawn, figures, strict=True)]
        return {
            "figures": [{"name": figure["name"], "pdf": pdf} for figure, pdf in zip(figures, single, strict=True)],
            "pages": _to_pdf(drawn, "balpm report"),
        }


def _draw(drawing: dict[str, Any]) -> Figure:
    figure = Figure(layout="constrained")
    FigureCanvasPdf(figure)
    _DRAWERS[drawing["kind"]](figure, drawing)
    return figure


def _to_pdf(pages: list[Figure], title: str) -> str:
    """No date in it: equal data give equal bytes."""
    file = io.BytesIO()
    with PdfPages(file, metadata={"Title": title, "Creator": "balpm", "CreationDate": None}) as pdf:
        for page in pages:
            pdf.savefig(page)
    return base64.b64encode(file.getvalue()).decode("ascii")
