"""Headers as JSON text: one set of rules with src/worker/wire/frames.ts, so that both sides judge every text alike."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec

from ..base.errors import WorkerError
from ..protocol.constants import HEADER_BYTES
from ..protocol.error_codes import ErrorCode

_GREATEST_DEPTH = 64
_GREATEST_DATA = HEADER_BYTES - 64 * 1024  # the rest is for the envelope and the tensors' specs
# Escapes, numbers with a point or exponent, numbers that float64 may not hold, and the key no object may have.
_SUSPECT = re.compile(rb"\\|(?:^|[:,\[\s])-?[0-9]+[.eE]|(?:^|[:,\[\s])-?[0-9]{16}|__proto__")
_DECODER = msgspec.json.Decoder()
T = TypeVar("T")


def parse_json(text: bytes) -> Any:
    """Plain values of a JSON text. Integral numbers become int whatever their spelling (1.0, 1e2), as in JavaScript.

    Raises BAD_MESSAGE for more than a header may take, what is not JSON, numbers outside of float64, and nesting deeper
    than 64.
    """
    try:
        if len(text) > HEADER_BYTES:
            raise ValueError(f"it takes {len(text)} bytes, more than {HEADER_BYTES}")
        value = _DECODER.decode(text)
        return value if _is_plain(text) else _plain(value, 0)
    except (msgspec.MsgspecError, RecursionError, OverflowError, UnicodeError, ValueError) as error:
        raise WorkerError(ErrorCode.BAD_MESSAGE, f"Cannot read a message: {error}, JSON is needed") from error


def parse_as(value: Any, kind: type[T], what: str, code: ErrorCode = ErrorCode.BAD_MESSAGE) -> T:
    """Checks plain values against a generated type. Raises `code` naming the field."""
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise WorkerError(
            code, f"Cannot read {what}: {error}, the fields of this version are needed"
        ) from error


def encode_header(message: msgspec.Struct) -> bytes:
    """JSON text of a message whose open parts went through `encode_data` or `readable`. Raises TOO_LARGE."""
    text = msgspec.json.encode(message)
    if len(text) > HEADER_BYTES:
        found = f"it takes {len(text)} bytes"
        raise WorkerError(ErrorCode.TOO_LARGE, f"Cannot send a message: {found}, at most {HEADER_BYTES} is needed")
    return text


def encode_data(value: msgspec.Struct | Mapping[str, Any], kind: Any, what: str) -> msgspec.Raw:
    """JSON text of a handler's data. Raises INTERNAL naming a field not of `kind` or not finite, and TOO_LARGE."""
    plain = msgspec.to_builtins(value)
    bad = next(_non_finite(plain, what), None)
    if bad is not None:
        raise WorkerError(ErrorCode.INTERNAL, f"Cannot send {bad}: it is not finite, a number or null is needed")
    parse_as(plain, kind, what, ErrorCode.INTERNAL)
    text = msgspec.json.encode(plain)
    if len(text) > _GREATEST_DATA:
        found = f"its data takes {len(text)} bytes"
        raise WorkerError(ErrorCode.TOO_LARGE, f"Cannot send {what}: {found}, at most {_GREATEST_DATA} is needed")
    return msgspec.Raw(text)


def readable(text: str) -> str:
    """The text with lone surrogates (paths that are not UTF-8) written as escapes; JSON cannot carry them."""
    return text.encode("utf-8", "backslashreplace").decode()


def split_non_finite(metrics: dict[str, float]) -> tuple[dict[str, float | None], list[str]]:
    """Metrics with None for NaN and infinities, and the names of those."""
    bad = [name for name, value in metrics.items() if not math.isfinite(value)]
    return {name: None if name in bad else float(value) for name, value in metrics.items()}, bad


def _is_plain(text: bytes) -> bool:
    """Whether nothing in the text can be of those things `_plain` changes or refuses; it may be so where this is False."""
    return _SUSPECT.search(text) is None and text.count(b"{") + text.count(b"[") <= _GREATEST_DEPTH


def _plain(value: Any, depth: int) -> Any:
    if depth > _GREATEST_DEPTH:
        raise ValueError(f"it is nested deeper than {_GREATEST_DEPTH}")
    if isinstance(value, dict):
        if "__proto__" in value:
            raise ValueError("it has a key '__proto__'")
        return {key: _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, depth + 1) for inner in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int):
        float(value)
    return value


def _non_finite(value: Any, where: str):
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _non_finite(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _non_finite(inner, f"{where}[{index}]")
    elif isinstance(value, float) and not math.isfinite(value):
        yield where
