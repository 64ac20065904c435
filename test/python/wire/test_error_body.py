"""Failures on their way."""

import msgspec

from python_worker.base.errors import WorkerError
from python_worker.protocol.constants import HEADER_BYTES
from python_worker.wire.error_body import error_body


def test_error_body_fits_into_a_header_whatever_it_says():
    long = "\x01" * (1 << 20)
    failure = WorkerError("INTERNAL", long, {f"{long}{index}": long for index in range(3)})
    body = error_body(failure, ValueError(long))
    assert len(body.message) == len(next(iter(body.details.values()))) == 4096
    assert len(msgspec.json.encode(body)) < HEADER_BYTES - 4096


def test_error_body_keeps_short_texts_whole():
    body = error_body(WorkerError("INVALID_DATA", "Cannot read \udcff", {"file": "a"}))
    assert (body.message, body.details) == ("Cannot read \\udcff", {"file": "a"})
    assert (body.py_type, body.traceback) == (None, None)
