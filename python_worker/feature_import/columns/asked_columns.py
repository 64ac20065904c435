"""What is said of columns on the command line, for one table."""

from __future__ import annotations

from collections.abc import Mapping, Set

from ...base.errors import invalid_argument
from ...protocol.messages import FeatureColumns


def columns_of(asked: FeatureColumns, table: str) -> FeatureColumns:
    """The names that are meant for a table: `prompts:x` for prompts alone, `x` for both."""
    ids = _own([asked.id] if asked.id is not None else [], table)
    return FeatureColumns(id=ids[0] if ids else None, leave_out=_own(asked.leave_out, table), keep=_own(asked.keep, table))


def check_asked(asked: FeatureColumns, names_of: Mapping[str, Set[str]]) -> None:
    """Raises INVALID_ARGUMENT for a name that no file has, which would change nothing, and for one that both tables have.

    `names_of` holds the names of the columns by table.
    """
    options = {"--id-column": [asked.id] if asked.id is not None else [], "--leave-out": asked.leave_out, "--keep": asked.keep}
    for option, wanted in options.items():
        for name in wanted:
            tables = [table for table, names in names_of.items() if set(_own([name], table)) & names]
            if not tables:
                raise invalid_argument(f"Cannot use {option} '{name}': no file has such a column; give the name of one")
            if len(tables) > 1 and option != "--id-column":
                found = f"Cannot use {option} '{name}': prompts and pairs both have such a column"
                raise invalid_argument(f"{found}; give 'prompts:{name}', 'pairs:{name}' or both")


def _own(names: list[str], table: str) -> list[str]:
    others = {"prompts": "pairs:", "pairs": "prompts:"}[table]
    return [name.removeprefix(f"{table}:") for name in names if not name.startswith(others)]
