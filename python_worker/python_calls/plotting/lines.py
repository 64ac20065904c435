"""Lines with bands or bars over a common axis."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

from .style import DASHED, STEPS, WIDTH_INCHES, tick_text, wrapped

_HEIGHT_INCHES = 2.2
_LABEL_OFFSET_POINTS = 5
_X_TITLE_CHARACTERS = 42
_Y_TITLE_CHARACTERS = 32
_CLOSE_SHARE = 0.15


def draw_lines(figure: Figure, drawing: dict[str, Any]) -> None:
    """Draws a `LineDrawing`."""
    figure.set_size_inches(WIDTH_INCHES, _HEIGHT_INCHES)
    axes = figure.add_subplot()
    axes.grid(True, axis="y")
    _scale(axes, drawing)
    if drawing["guide"]:
        axes.plot(*_columns(drawing["guide"], "x", "y"), **DASHED)
    for series in drawing["series"]:
        _draw_interval(axes, series, drawing["interval"])
        _draw_line(axes, series, drawing["interval"])
    _name_lines(axes, drawing)


def _scale(axes: Axes, drawing: dict[str, Any]) -> None:
    axes.set_xlim(*_proper(drawing["x"]["domain"]))
    axes.set_ylim(*_proper(drawing["y"]["domain"]))
    _set_ticks(axes.xaxis, drawing["x"], _X_TITLE_CHARACTERS)
    _set_ticks(axes.yaxis, drawing["y"], _Y_TITLE_CHARACTERS)


def _proper(domain: list[float]) -> tuple[float, float]:
    """A domain of one point gets a width."""
    low, high = domain
    return (low, high) if high > low else (low - 0.5, low + 0.5)


def _set_ticks(axis: Axis, options: dict[str, Any], characters: int) -> None:
    (low, high), spec = options["domain"], options["format"]
    values = options["values"] or ([low] if low == high else None)
    axis.set_label_text(wrapped(options["title"], characters))
    axis.set_major_locator(FixedLocator(values) if values else MaxNLocator(nbins=6, steps=STEPS))
    axis.set_major_formatter(FuncFormatter(lambda value, _: tick_text(value, spec)))
    if values:
        _part_close_labels(axis, values, options["domain"])


def _part_close_labels(axis: Axis, values: list[float], domain: list[float]) -> None:
    """Two ticks close together have their labels on either side."""
    ticks = axis.get_major_ticks(len(values))
    for index, (value, after) in enumerate(pairwise(values)):
        if after - value < _CLOSE_SHARE * (domain[1] - domain[0]):
            ticks[index].label1.set_horizontalalignment("right")
            ticks[index + 1].label1.set_horizontalalignment("left")


def _draw_interval(axes: Axes, series: dict[str, Any], interval: str) -> None:
    bounded = [point for point in series["points"] if point["low"] is not None and point["high"] is not None]
    if not bounded:
        return
    x, low, high = _columns(bounded, "x", "low", "high")
    if interval == "band":
        axes.fill_between(x, low, high, color=series["colour"], alpha=0.18, linewidth=0)
    else:
        axes.vlines(x, low, high, color=series["colour"], alpha=0.55, linewidth=1.4)


def _draw_line(axes: Axes, series: dict[str, Any], interval: str) -> None:
    is_dotted = interval == "bar" or len(series["points"]) == 1  # a line through one point is nothing to see
    marker = {"marker": "o", "markersize": 3.5, "markeredgewidth": 0} if is_dotted else {}
    axes.plot(*_columns(series["points"], "x", "value"), color=series["colour"], **marker)


def _name_lines(axes: Axes, drawing: dict[str, Any]) -> None:
    colours = {series["name"]: series["colour"] for series in drawing["series"]}
    for label in drawing["labels"]:
        axes.annotate(
            label["series"],
            (label["x"], label["y"]),
            xytext=(_LABEL_OFFSET_POINTS, 0),
            textcoords="offset points",
            verticalalignment="center",
            color=colours[label["series"]],
            fontweight="bold",
            annotation_clip=False,
        )


def _columns(points: list[dict[str, Any]], *names: str) -> list[np.ndarray]:
    return [np.asarray([point[name] for point in points], dtype=float) for name in names]
