"""JSON of files."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from python_worker.base.decode_json import decode_json


class _Known(msgspec.Struct):
    a: int


@pytest.mark.parametrize("kind", [_Known, dict[str, msgspec.Raw], dict[str, Any]])
def test_what_is_nested_without_end_is_a_fault_of_the_file(kind: type) -> None:
    for content in (b'{"a": 1, "b": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", b'{"a": ' * 100_000 + b"1" + b"}" * 100_000):
        with pytest.raises(msgspec.DecodeError):
            decode_json(content, kind)


def test_text_that_is_not_utf_8_is_a_fault_of_the_file() -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_json(b'{"a": "\xff"}', dict[str, str])


def test_gives_the_value() -> None:
    assert decode_json(b'{"a": 1}', _Known) == _Known(1)
