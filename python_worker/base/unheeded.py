"""Signals that are meant for the process that started this one, which then says what to do."""

from __future__ import annotations

import signal
from collections.abc import Iterable


def leave_unheeded(numbers: Iterable[signal.Signals]) -> None:
    """These signals do nothing here from now on, unless another handler is set; programs that this process starts heed them.

    SIG_IGN would be handed on: a program could not be ended with SIGTERM any more.
    """
    for number in numbers:
        signal.signal(number, _do_nothing)
        signal.siginterrupt(number, False)


def _do_nothing(_number: int, _frame: object) -> None:
    """The handler."""
