"""What stands in a drawing, read from matplotlib's own objects; that PDFs come of it is tested through the fence."""

import base64
import re

import pytest
from matplotlib.backends.backend_pdf import FigureCanvasPdf
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from python_worker.python_calls.plotting.differences import draw_differences
from python_worker.python_calls.plotting.draw_figures import draw_figures
from python_worker.python_calls.plotting.lines import draw_lines
from python_worker.python_calls.plotting.style import tick_text, wrapped


def point(x, value, low=None, high=None):
    return {"x": x, "value": value, "low": low, "high": high}


def lines(**changes):
    return {
        "kind": "lines",
        "x": {"title": "labels acquired", "format": ",d", "values": None, "domain": [0, 40]},
        "y": {"title": "accuracy", "format": ".3f", "values": None, "domain": [0.4, 0.8]},
        "interval": "band",
        "series": [
            {"name": "a", "colour": "#1f80c8", "points": [point(0, 0.5, 0.45, 0.55), point(40, 0.7)]},
            {"name": "b", "colour": "#828282", "points": []},
        ],
        "guide": [{"x": 0, "y": 0.5}, {"x": 40, "y": 0.5}],
        "labels": [{"series": "a", "x": 40, "y": 0.7}],
    } | changes


def differences(*rows):
    return {"kind": "differences", "title": "difference", "rows": list(rows)}


def row(name, low, high):
    return {"name": name, "colour": "#d55e00", "bySeed": [0.1, 0.2], "value": 0.15, "low": low, "high": high}


def drawn(draw, drawing):
    figure = Figure(layout="constrained")
    FigureCanvasPdf(figure)
    draw(figure, drawing)
    figure.draw_without_rendering()
    (axes,) = figure.axes
    return axes


def test_lines_have_the_axes_the_guide_and_the_series_of_the_drawing():
    axes = drawn(draw_lines, lines())
    assert (axes.get_xlim(), axes.get_ylim()) == ((0, 40), (0.4, 0.8))
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("labels acquired", "accuracy", "")
    guide, line, _ = axes.lines
    assert guide.get_linestyle() == "--" and list(guide.get_ydata()) == [0.5, 0.5]
    assert list(line.get_ydata()) == [0.5, 0.7] and line.get_color() == "#1f80c8"
    (label,) = axes.texts
    assert label.get_text() == "a" and label.xy == (40, 0.7) and label.get_color() == "#1f80c8"


@pytest.mark.parametrize(("interval", "marker"), [("band", "None"), ("bar", "o")])
def test_intervals_are_drawn_where_there_are_bounds(interval, marker):
    axes = drawn(draw_lines, lines(interval=interval))
    (bounds,) = axes.collections
    assert to_hex(bounds.get_facecolor() if interval == "band" else bounds.get_color()) == "#1f80c8"
    assert axes.lines[1].get_marker() == marker


def test_a_single_round_is_a_dot_over_its_own_tick():
    series = [{"name": "a", "colour": "#1f80c8", "points": [point(40, 0.5)]}]
    axis = {"title": "labels acquired", "format": ",d", "values": None, "domain": [40, 40]}
    axes = drawn(draw_lines, lines(series=series, x=axis))
    assert axes.lines[1].get_marker() == "o"
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["40"]


def test_close_ticks_have_their_labels_on_either_side():
    axis = {"title": "share", "format": ".0%", "values": [0.5, 0.75, 0.9, 0.95], "domain": [0.48, 0.97]}
    labels = drawn(draw_lines, lines(x=axis, series=[], guide=[], labels=[])).get_xticklabels()
    assert [label.get_text() for label in labels] == ["50%", "75%", "90%", "95%"]
    assert [label.get_horizontalalignment() for label in labels] == ["center", "center", "right", "left"]


def test_differences_have_a_row_a_policy_the_first_on_top():
    axes = drawn(draw_differences, differences(row("a", 0.0, 0.3), row("b", None, None)))
    assert [label.get_text() for label in axes.get_yticklabels()] == ["a", "b"]
    assert axes.get_ylim() == (1.5, -0.5)
    (interval,) = axes.patches
    assert (interval.get_x(), interval.get_width()) == (0.0, 0.3)
    assert [list(line.get_xdata()) for line in axes.lines] == [[0, 0], [0.1, 0.2], [0.1, 0.2]]


def test_draw_figures_gives_each_by_name_and_a_page_each():
    figures = [{"name": name, "title": name, "drawing": drawing} for name, drawing in
               (("one", lines()), ("two", differences(row("a", 0.0, 0.3))))]  # fmt: skip
    answer = draw_figures(figures)
    assert [figure["name"] for figure in answer["figures"]] == ["one", "two"]
    assert len(re.findall(rb"/Type /Page\b", base64.b64decode(answer["pages"]))) == 2
    assert draw_figures(figures) == answer


@pytest.mark.parametrize(
    ("value", "spec", "text"),
    [(12000.0, ",d", "12,000"), (-0.05, ".3f", "−0.050"), (0.9, ".0%", "90%"), (-0.0, ".1f", "0.0")],
)
def test_tick_text_writes_numbers_as_the_page_does(value, spec, text):
    assert tick_text(value, spec) == text


def test_wrapped_breaks_long_titles_into_lines_of_equal_length():
    assert wrapped("short", 30) == "short"
    assert wrapped("share of items where a is preferred", 32) == "share of items where a\nis preferred"
