"""What a chat template sees of the world beside its turns: one moment that does not move, and nothing drawn at random."""

from __future__ import annotations

import re
from calendar import timegm
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn

from jinja2 import TemplateError

_SECONDS = re.compile(r"%%|%[-_0^#EO]*s")


class PinnedClock:
    """A clock that stands still; `was_read` says whether a template looked at it."""

    def __init__(self, moment: datetime) -> None:
        self.was_read = False
        self._moment = moment

    def strftime_now(self, format: str) -> str:
        """The moment in the format of `datetime.strftime`, under the name that templates know."""
        self.was_read = True
        # Seconds since 1970 would depend on the machine's time zone.
        seconds = str(timegm(self._moment.timetuple()))
        return self._moment.strftime(_SECONDS.sub(lambda found: "%%" if found[0] == "%%" else seconds, format))


@contextmanager
def pinned(template: str, clock: PinnedClock) -> Iterator[None]:
    """While it lasts transformers renders this template with the clock in the place of today's.

    Raises what jinja raises for a template it cannot compile.
    """
    # A template is given plain data alone, so that a clock cannot be handed to it as a variable.
    from transformers.utils.chat_template_utils import _compile_jinja_template

    environment = _compile_jinja_template(template).environment
    changes = [
        (environment.globals, {"strftime_now": clock.strftime_now, "lipsum": _refuse_chance}),
        (environment.filters, {"random": _refuse_chance}),
    ]
    # Compiled templates hold these very tables, so that they are changed and not replaced.
    known = [{name: table[name] for name in values} for table, values in changes]
    for table, values in changes:
        table.update(values)
    try:
        yield
    finally:
        for (table, _values), before in zip(changes, known, strict=True):
            table.update(before)


def _refuse_chance(*_values: Any, **_named: Any) -> NoReturn:
    raise TemplateError("it draws at random")
