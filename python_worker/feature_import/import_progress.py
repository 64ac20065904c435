"""How far an import is, in bytes of its sources."""

from __future__ import annotations

import time

from ..context.context import Context


class ImportProgress:
    """Reports bytes done of `total`, with rows and bytes a second of this process's own work."""

    def __init__(self, context: Context, total: float) -> None:
        self._context = context
        self._total = total
        self._kept = 0.0
        self._done = 0.0
        self._rows = 0
        self._begun = time.monotonic()

    def keep(self, size: float) -> None:
        """These bytes were converted by an earlier import."""
        self._kept += size
        self._context.check()

    def add(self, rows: int, size: float, note: str) -> None:
        """Rows that were converted now. Raises Cancelled."""
        self._rows += rows
        self._done += size
        seconds = max(time.monotonic() - self._begun, 1e-9)
        rates = {"rows": self._rows, "rowsPerSecond": self._rows / seconds, "bytesPerSecond": self._done / seconds}
        self._context.progress(self._kept + self._done, self._total, rates, note)
        self._context.check()
