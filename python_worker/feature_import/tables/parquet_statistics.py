"""What the statistics of a Parquet file say without reading a value."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet

from .arrow_head import is_float


def may_be_whole(metadata: pyarrow.parquet.FileMetaData, groups: list[int], schema: pa.Schema) -> list[int]:
    """Places of columns whose values in these row groups may all be whole numbers, or that hold no floats.

    The least and the largest value of a feature are hardly ever whole, so that few columns have to be read.
    """
    if not groups:
        return []
    # A column of the file is a leaf: its place differs from the field's where a field before it holds several.
    leaf_of = {metadata.schema.column(leaf).path: leaf for leaf in range(metadata.num_columns)}
    return [
        place
        for place, field in enumerate(schema)
        if not is_float(field.type) or _has_whole_ends(metadata, groups, leaf_of.get(field.name))
    ]


def _has_whole_ends(metadata: pyarrow.parquet.FileMetaData, groups: list[int], leaf: int | None) -> bool:
    if leaf is None:
        return True
    statistics = [metadata.row_group(group).column(leaf).statistics for group in groups]
    return all(
        found is None or not found.has_min_max or (_is_whole(found.min) and _is_whole(found.max)) for found in statistics
    )


def _is_whole(value: object) -> bool:
    return not isinstance(value, float) or value.is_integer()
