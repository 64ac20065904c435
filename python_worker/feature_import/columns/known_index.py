"""Columns that are an index by their name or by what pandas says of them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ..tables.table_file import HeadColumn

# What `to_parquet` of pandas calls an index without a name.
_RESERVED = re.compile(r"__index_level_\d+__")
# What a column without a name is called when pandas or readr read it again.
_UNNAMED = re.compile(r"\s*|Unnamed: \d+(\.\d+)*|\.\.\.\d+")
_ID_NAME = re.compile(r"(?i:(.*[^a-z])?(ids?|uuid|guid|key))|.*[a-z](Id|ID)")
_INDEX_NAME = re.compile(
    r"index|idx|level_\d+|rows?|nr|no|num|rank|pos|position|offset|rownames?|rn"
    r"|(row|line|item|sample|example|record|pair|prompt)?[ _.-]?(index|idx|id|nr|no|num|number)s?",
    re.IGNORECASE,
)


def is_known_index(column: HeadColumn) -> bool:
    """Whether a column is pandas' index for certain."""
    return column.is_index or _RESERVED.fullmatch(column.name) is not None


def is_unnamed(column: HeadColumn) -> bool:
    """Whether a column has no name, or the one that stands for none."""
    return _UNNAMED.fullmatch(column.name) is not None


def is_called_id(name: str) -> bool:
    """Whether a name is that of an id: id, post_id, postId, uuid."""
    return _ID_NAME.fullmatch(name) is not None


def is_called_index(column: HeadColumn) -> bool:
    """Whether whole numbers under this name are hardly a feature."""
    name = column.name.strip()
    return is_unnamed(column) or is_called_id(name) or _INDEX_NAME.fullmatch(name) is not None or _has_index_end(name)


def _has_index_end(name: str) -> bool:
    return re.fullmatch(r".*[ _.-](index|idx|id|nr|rownum)", name, re.IGNORECASE) is not None


def unnamed_run(columns: Sequence[HeadColumn]) -> int:
    """How many columns at the beginning have no name and hold whole numbers."""
    count = 0
    while count < len(columns) and is_unnamed(columns[count]) and columns[count].whole_n is not None:
        count += 1
    return count
