"""Paired differences: a dot a seed, the mean and its interval."""

from __future__ import annotations

from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from .style import DASHED, STEPS, WIDTH_INCHES, wrapped

_ROW_INCHES = 0.34
_INTERVAL_HEIGHT = 0.16
_MEAN_HEIGHT = 0.5
_TITLE_CHARACTERS = 44


def draw_differences(figure: Figure, drawing: dict[str, Any]) -> None:
    """Draws a `DifferenceDrawing`, the first row on top."""
    rows = drawing["rows"]
    figure.set_size_inches(WIDTH_INCHES, _ROW_INCHES * len(rows) + 0.5)
    axes = figure.add_subplot()
    axes.grid(True, axis="x")
    axes.axvline(0, **DASHED)
    for place, row in enumerate(rows):
        _draw_row(axes, place, row)
    _set_axes(axes, rows, drawing["title"])


def _draw_row(axes: Axes, place: int, row: dict[str, Any]) -> None:
    colour = row["colour"]
    if row["low"] is not None and row["high"] is not None:
        width = row["high"] - row["low"]
        axes.barh(place, width, _INTERVAL_HEIGHT, left=row["low"], color=colour, alpha=0.35, linewidth=0)
    axes.plot(row["bySeed"], [place] * len(row["bySeed"]), "o", color=colour, markersize=4, markeredgewidth=0, alpha=0.75)
    half = _MEAN_HEIGHT / 2
    axes.vlines(row["value"], place - half, place + half, color=colour, linewidth=2)


def _set_axes(axes: Axes, rows: list[dict[str, Any]], title: str) -> None:
    axes.use_sticky_edges = False  # bars would end at the edge
    axes.margins(x=0.06)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_yticks(range(len(rows)), [row["name"] for row in rows])
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, steps=STEPS))
    axes.set_xlabel(wrapped(title, _TITLE_CHARACTERS))
