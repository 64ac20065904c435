"""Columns of whole numbers that may be an index or an id where features are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ..tables.table_file import HeadColumn
from .known_index import is_called_index


def find_doubtful(files: Sequence[Sequence[HeadColumn]]) -> list[tuple[int, str]]:
    """Places of doubtful features, each with what is odd about it; `files` holds the features of every file with rows.

    A column is in doubt only where it is whole in all files: a feature hardly ever is.
    """
    if not files or not files[0]:
        return []
    columns = [list(of_files) for of_files in zip(*files, strict=True)]
    whole = [all(head.whole_n is not None for head in column) for column in columns]
    table = _Table(
        is_mixed=not all(whole),
        share_distinct=sum(is_whole and _is_distinct(column) for is_whole, column in zip(whole, columns, strict=True)) / len(columns),
        types=Counter(column[0].type for column in columns),
    )
    reasons = [_reason(column, table) if is_whole else None for is_whole, column in zip(whole, columns, strict=True)]
    return [(place, reason) for place, reason in enumerate(reasons) if reason is not None]


@dataclass(frozen=True)
class _Table:
    """All features: whether some are not whole, the share whose numbers all differ, and how many have each type."""

    is_mixed: bool
    share_distinct: float
    types: Counter[str]


def _reason(column: list[HeadColumn], table: _Table) -> str | None:
    if is_called_index(column[0]):
        return "holds whole numbers under the name of an index or an id"
    if table.is_mixed:
        return _reason_among_floats(column)
    if _is_numbered(column):
        return "numbers the rows"
    is_odd = table.share_distinct < 0.5 or table.types[column[0].type] == 1 < table.types.total()
    if _is_distinct(column) and _least(column) >= 0 and is_odd:
        return "holds a whole number of its own in every row"
    return None


def _reason_among_floats(column: list[HeadColumn]) -> str | None:
    """A float that is whole throughout is common only where all values are the same, or where there are few bits."""
    if _is_distinct(column) or _is_numbered(column):
        return "holds a whole number of its own in every row"
    if not all(head.is_spelled_whole for head in column):
        return None
    is_typed = column[0].type != "text"
    different = {number for head in column for number in _numbers(head)}
    return "holds whole numbers where other features do not" if is_typed or len(different) > 2 else None


def _numbers(head: HeadColumn) -> list[float]:
    return [] if head.whole_n is None else head.whole_n.tolist()


def _is_distinct(column: list[HeadColumn]) -> bool:
    """Whether no number comes again in a file; one row says nothing."""
    numbers = [_numbers(head) for head in column]
    return max(map(len, numbers)) > 1 and all(len(set(own)) == len(own) for own in numbers)


def _is_numbered(column: list[HeadColumn]) -> bool:
    """Whether the numbers of every file count rows: one after the other, in pieces, or 0..n-1 or 1..n in any order."""
    numbers = [_numbers(head) for head in column]
    return max(map(len, numbers)) > 1 and all(_counts_rows(own) for own in numbers)


def _counts_rows(numbers: list[float]) -> bool:
    steps = sum(after - before == 1 for before, after in zip(numbers, numbers[1:], strict=False))
    count = len(numbers)
    is_order = set(numbers) in (set(range(count)), set(range(1, count + 1)))
    return is_order or steps > (count - 1) * 0.6


def _least(column: list[HeadColumn]) -> float:
    return min(number for head in column for number in _numbers(head))
