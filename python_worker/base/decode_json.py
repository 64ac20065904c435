"""JSON of files, where nesting without end and bytes that are not UTF-8 are faults like any other."""

from __future__ import annotations

from typing import TypeVar

import msgspec

Value = TypeVar("Value")


def decode_json(content: bytes | str | msgspec.Raw, kind: type[Value]) -> Value:
    """The value. Raises msgspec.DecodeError for anything that is not JSON of that type."""
    return decode_with(msgspec.json.Decoder(kind), content)


def decode_with(decoder: msgspec.json.Decoder[Value], content: bytes | str | msgspec.Raw) -> Value:
    """The value, by a decoder that is made once for many lines. Raises as `decode_json`."""
    try:
        return decoder.decode(content)
    except RecursionError as error:
        raise msgspec.DecodeError("it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError("it is not UTF-8") from error
