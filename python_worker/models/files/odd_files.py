"""Refuses a model's directory with a pipe, a socket or a device in it: libraries would wait for its end."""

from __future__ import annotations

from pathlib import Path

from ...base.errors import invalid_data
from ...base.regular_file import require_regular


def refuse_odd_files(folder: Path, what: str) -> None:
    """Raises INVALID_DATA naming the first such file, beside the weights or in a folder there."""
    for file in sorted([*folder.glob("*"), *folder.glob("*/*")]):
        try:
            if file.exists() and not file.is_dir():
                require_regular(file)
        except OSError as error:
            found = f"'{file.relative_to(folder)}': {error.strerror}"
            raise invalid_data(f"Cannot load {what}: {found}; give a directory of regular files") from error
