"""Converts the files of one split into parts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from .digest_rows import digest_rows
from .import_progress import ImportProgress
from .part import Part, PartIndex
from .rounding import RoundingError, measure_rounding, round_values
from .tables.table_file import Block, TableFile, bad_cell, bad_id


@dataclass(frozen=True)
class SplitFiles:
    """One split of a table ("prompts" or "pairs"): its files in order, and the columns of one row's side."""

    table: str
    split: str
    files: list[TableFile]
    dimension: int

    @property
    def sides(self) -> int:
        """Feature rows in one row of the file: a prompt, or the chosen and the rejected answer."""
        return 2 if self.table == "pairs" else 1


@dataclass(frozen=True)
class Conversion:
    """How rows become parts: the store's type, the bytes of float64 values in a part, and where parts go."""

    dtype: str
    part_bytes: int
    folder: Path
    progress: ImportProgress

    def rows_a_part(self, source: SplitFiles) -> int:
        """Rows of one part, at least one."""
        return max(1, self.part_bytes // (8 * source.dimension * source.sides))


@dataclass(frozen=True)
class ConvertedSplit:
    """What came of a split: its parts in order, and how many of them were there already."""

    rows: int
    parts: list[str]
    kept_parts: int
    rounding: RoundingError


def convert_split(source: SplitFiles, conversion: Conversion) -> ConvertedSplit:
    """Writes the parts that are missing in `folder`.

    Raises INVALID_DATA naming file, row and column of what is no finite number, or of an id that stands twice.
    """
    seen: set[str] = set()
    parts: list[str] = []
    kept = 0
    rounding = RoundingError()
    for number, file in enumerate(source.files):
        for part, index, is_kept in _parts_of(source, number, conversion):
            _add_ids(file, index, seen)
            parts.append(part.name)
            kept += is_kept
            rounding = rounding.joined(index.rounding)
    return ConvertedSplit(len(seen), parts, kept, rounding)


def _parts_of(
    source: SplitFiles, number: int, conversion: Conversion
) -> Iterator[tuple[Part, PartIndex, bool]]:
    """The parts of one file: those that are there, then the others as they are written."""
    file = source.files[number]
    prefix, progress = f"{source.table}-{source.split}-{number:05d}", conversion.progress
    names = (Part(conversion.folder, f"{prefix}-{place:06d}") for place in count())
    cursor, row, fraction = 0, 0, 0.0
    part = next(names)
    while (index := part.read_index()) is not None:
        yield part, index, True
        cursor, row, fraction, part = index.cursor, index.first_row + len(index.ids), index.fraction, next(names)
    size = file.path.stat().st_size
    progress.keep(fraction * size)
    for block in file.blocks(cursor, row, conversion.rows_a_part(source)):
        index, features_nc = _convert(file, block, source.sides, conversion.dtype)
        part.write(index, features_nc)
        yield part, index, False
        progress.add(len(block.ids), (block.fraction - fraction) * size, f"converting {source.table} {source.split}")
        fraction, part = block.fraction, next(names)


def _convert(file: TableFile, block: Block, sides: int, dtype: str) -> tuple[PartIndex, np.ndarray]:
    _check_finite(file, block, block.values_nc, "")
    features_nc, stored_nc = round_values(block.values_nc, dtype)
    _check_finite(file, block, stored_nc, f", too large for {dtype}")
    rounding = measure_rounding(block.values_nc, stored_nc, dtype)
    digests = [digest_rows(side_nd) for side_nd in np.split(block.values_nc, sides, axis=1)]
    index = PartIndex(
        block.first_row, block.cursor, block.fraction, block.ids, list(map(list, zip(*digests, strict=True))), rounding
    )
    return index, features_nc


def _check_finite(file: TableFile, block: Block, values_nc: np.ndarray, where: str) -> None:
    finite_nc = np.isfinite(values_nc)
    if not finite_nc.all():
        row, column = map(int, np.argwhere(~finite_nc)[0])
        found = f"is {block.values_nc[row, column]}{where}"
        raise bad_cell(file.path, block.first_row + row, file.columns[1 + column], found)


def _add_ids(file: TableFile, index: PartIndex, seen: set[str]) -> None:
    for row, name in enumerate(index.ids, start=index.first_row):
        if name in seen:
            raise bad_id(file.path, row, file.columns[0], f"is '{name}', which its split has already")
        seen.add(name)
