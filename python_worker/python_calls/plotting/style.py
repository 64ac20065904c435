"""How every figure looks: made for a column of 3.4 inches, read at its size."""

from __future__ import annotations

import math
import textwrap
from typing import Any

WIDTH_INCHES = 3.4
SOFT = "#00000080"
FAINT = "#0000001f"
DASHED = {"color": SOFT, "linewidth": 0.7, "dashes": (4, 3)}
STEPS = [1, 2, 5, 10]
_SLACK = 4

STYLE: dict[str, Any] = {
    "pdf.fonttype": 42,  # TrueType, embedded: text stays text, and journals take it
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": 7,
    "axes.labelsize": 7.5,
    "xtick.labelsize": 7,
    "ytick.labelsize": 7,
    "text.parse_math": False,  # a dollar in a name is a dollar
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": SOFT,
    "axes.axisbelow": True,
    "xtick.color": SOFT,
    "ytick.color": SOFT,
    "xtick.labelcolor": "black",
    "ytick.labelcolor": "black",
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.5,
    "ytick.major.size": 2.5,
    "grid.color": FAINT,
    "grid.linewidth": 0.6,
    "figure.constrained_layout.w_pad": 0.02,
    "figure.constrained_layout.h_pad": 0.02,
    "lines.linewidth": 1.4,
    "lines.solid_joinstyle": "round",
}


def tick_text(value: float, spec: str) -> str:
    """A number as d3 writes it with one of `,d`, `.1f`, `.3f`, `.0%`."""
    text = format(round(value), spec) if spec.endswith("d") else format(value + 0.0, spec)
    return text.replace("-", "−")


def wrapped(title: str, characters: int) -> str:
    """A title on as few lines of about so many characters as it needs, each about as long as the others."""
    lines = math.ceil(len(title) / characters)
    return "\n".join(textwrap.wrap(title, math.ceil(len(title) / lines) + _SLACK)) if lines > 1 else title
