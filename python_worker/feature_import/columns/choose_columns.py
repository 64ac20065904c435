"""Which columns of a table are the id and the features: the same of every file, and decided before any row is converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...base.errors import WorkerError
from ...protocol.messages import FeatureColumns
from ..tables.table_file import HeadColumn, TableFile, refused
from .doubtful_columns import find_doubtful
from .known_index import is_called_id, is_known_index, unnamed_run


@dataclass(frozen=True)
class ChosenColumns:
    """Places of the id and of the features in one file, and the columns that are left aside, each with the reason."""

    places: list[int]
    left: dict[str, str]


def choose_columns(
    files: Sequence[TableFile], asked: FeatureColumns, table: str, is_own_export: bool = False
) -> dict[str, str]:
    """Tells every file of a table which columns to read, the id first; what is left aside and why, by name.

    Raises INVALID_DATA for a column that may be an index or a feature, for a file without the id that is asked for, and
    for files whose features have other names.
    """
    heads = [file.head() for file in files]
    chosen = _choose_all(files, heads, asked)
    _check_names(files, chosen)
    for file, own in zip(files, chosen, strict=True):
        file.choose(own.places)
    doubtful = [] if is_own_export else _find_doubtful(files, heads, chosen)
    for name, reason in doubtful:
        if name not in asked.keep:
            found = f"column '{name}' {reason}: it may be an index and no feature"
            ways = f"say which it is: --leave-out '{table}:{name}' or --keep '{table}:{name}'"
            raise refused(files[0].path, found, ways)
    return {name: why for own in chosen for name, why in own.left.items()}


def _choose_all(
    files: Sequence[TableFile], heads: list[list[HeadColumn]], asked: FeatureColumns
) -> list[ChosenColumns]:
    """A file without rows says little of its columns: it follows one that has the same."""
    by_names: dict[tuple[str, ...], ChosenColumns] = {}
    for file, head in zip(files, heads, strict=True):
        if not file.is_empty:
            by_names.setdefault(tuple(file.names), _choose(file, head, asked))
    return [
        by_names.get(tuple(file.names)) or _choose(file, head, asked)
        if file.is_empty
        else _choose(file, head, asked)
        for file, head in zip(files, heads, strict=True)
    ]


def _choose(file: TableFile, head: list[HeadColumn], asked: FeatureColumns) -> ChosenColumns:
    left = {column.name: "--leave-out" for column in head if column.name in asked.leave_out}
    rest = [place for place, column in enumerate(head) if column.name not in left]
    if asked.id is not None and any(head[place].name == asked.id for place in rest):
        id_place = next(place for place in rest if head[place].name == asked.id)
    else:
        id_place = _find_id(file, head, rest, asked)
    places = [id_place]
    for place in rest:
        column = head[place]
        if place == id_place:
            continue
        if column.name in asked.keep:
            places.append(place)
        elif is_known_index(column):
            left[column.name] = "pandas' index"
        elif place < id_place and unnamed_run([column]) == 1:
            left[column.name] = "row numbers without a name"
        else:
            places.append(place)
    return ChosenColumns(places, left)


def _find_id(file: TableFile, head: list[HeadColumn], rest: list[int], asked: FeatureColumns) -> int:
    """The first column that is no index; an index where pandas was told to use the id as one."""
    others = [place for place in rest if head[place].name in asked.keep or not is_known_index(head[place])]
    first = others[0] if others else None
    levels = [place for place in rest if place not in others and _may_be_index_of_ids(head[place])]
    called = [place for place in levels if is_called_id(head[place].name)]
    kind = None if first is None else head[first].kind
    is_doubtful = (kind == "text" and called and not is_called_id(head[first].name)) or (kind == "whole" and not called)
    if levels and first is not None and is_doubtful:
        raise _two_ids(file, head[(called or levels)[0]].name, head[first].name)
    if levels and kind not in ("text", "unknown"):
        return _level_of_ids(file, head, called or levels)
    if first is None:
        raise refused(file.path, "it has no column beside pandas' index", "an id and features are needed")
    return _after_unnamed(file, head, others, asked.keep)


def _level_of_ids(file: TableFile, head: list[HeadColumn], levels: list[int]) -> int:
    """The only column of an index that may be the ids; of several, none is taken for them without a word."""
    if len(levels) > 1:
        raise _two_ids(file, head[levels[0]].name, head[levels[1]].name)
    return levels[0]


def _may_be_index_of_ids(column: HeadColumn) -> bool:
    return column.kind == "text" or (is_called_id(column.name) and column.whole_n is not None)


def _after_unnamed(file: TableFile, head: list[HeadColumn], others: list[int], kept: Sequence[str]) -> int:
    """The column after row numbers without a name, where it can be an id; else the first."""
    run = unnamed_run([head[place] for place in others])
    if run == 0:
        return _not_row_numbers(file, head, [place for place in others if place == others[0] or head[place].name not in kept])
    if run == len(others):
        return others[0]
    after = head[others[run]]
    if after.kind == "text" or (after.is_spelled_whole and is_called_id(after.name)):
        return others[run]
    if run > 1 or (after.is_spelled_whole and _all_differ(after)):
        raise _two_ids(file, head[others[0]].name, after.name)
    return others[0]


def _not_row_numbers(file: TableFile, head: list[HeadColumn], others: list[int]) -> int:
    """The first column. Raises INVALID_DATA for numbers, perhaps of rows, where another column is called an id."""
    first = head[others[0]]
    if first.whole_n is None or is_called_id(first.name):
        return others[0]
    for place in others[1:]:
        other = head[place]
        if is_called_id(other.name) and (other.kind == "text" or other.whole_n is not None):
            raise _two_ids(file, first.name, other.name)
    return others[0]


def _all_differ(column: HeadColumn) -> bool:
    numbers = [] if column.whole_n is None else column.whole_n.tolist()
    return len(numbers) > 1 and len(set(numbers)) == len(numbers)


def _two_ids(file: TableFile, one: str, other: str) -> WorkerError:
    return refused(file.path, f"columns '{one}' and '{other}' may both be the id", "name one: --id-column NAME")


def _check_names(files: Sequence[TableFile], chosen: list[ChosenColumns]) -> None:
    first = [files[0].names[place] for place in chosen[0].places[1:]]
    for file, own in zip(files, chosen, strict=True):
        names = [file.names[place] for place in own.places[1:]]
        if len(names) != len(first):
            continue  # told with the dimension
        for place, (name, needed) in enumerate(zip(names, first, strict=True), start=1):
            if name != needed:
                found = f"feature {place} is column '{name}' and that of '{files[0].path.name}' is '{needed}'"
                raise refused(file.path, found, "the same columns in the same order are needed in every file")


def _find_doubtful(
    files: Sequence[TableFile], heads: list[list[HeadColumn]], chosen: list[ChosenColumns]
) -> list[tuple[str, str]]:
    width = len(chosen[0].places)
    with_rows = [
        [head[place] for place in own.places[1:]]
        for file, head, own in zip(files, heads, chosen, strict=True)
        if not file.is_empty and len(own.places) == width
    ]
    return [(files[0].names[chosen[0].places[1 + place]], reason) for place, reason in find_doubtful(with_rows)]
