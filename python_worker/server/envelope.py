"""Fills the fields every message has."""

from __future__ import annotations

import time
import uuid
from typing import Any

from ..protocol.messages import Trace


class Envelope:
    """Numbers the messages of one session."""

    def __init__(self, session: str) -> None:
        self._session = session
        self._prefix = uuid.uuid4().hex
        self._seq = 0

    def fields(self, re: str | None = None, trace: Trace | None = None) -> dict[str, Any]:
        """Common fields of the next message, which answers request `re`."""
        self._seq += 1
        return {
            "v": 1,
            "id": f"{self._prefix}-{self._seq}",
            "session": self._session,
            "re": re,
            "seq": self._seq,
            "sent_at": time.time_ns() // 1_000_000,
            "trace": trace,
        }
