"""Signals that are meant for the process that started this one, which then says what to do."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable

_unheeded: set[signal.Signals] = set()


def leave_unheeded(numbers: Iterable[signal.Signals]) -> None:
    """These signals do nothing here from now on, unless another handler is set; what this process starts heeds them.

    SIG_IGN would be handed on: a program that is started, or a fork, could not be ended with SIGTERM any more.
    """
    for number in numbers:
        signal.signal(number, _do_nothing)
        signal.siginterrupt(number, False)
        _unheeded.add(number)


def _do_nothing(_number: int, _frame: object) -> None:
    """The handler; a function of its own, so that a fork finds it again."""


def _heed_again() -> None:
    for number in _unheeded:
        if signal.getsignal(number) is _do_nothing:
            signal.signal(number, signal.SIG_DFL)


os.register_at_fork(after_in_child=_heed_again)
