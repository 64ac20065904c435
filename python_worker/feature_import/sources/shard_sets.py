"""Whether the files of one split are the whole of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from itertools import islice
from pathlib import PurePosixPath

# `train-00000-of-00003`, and with a fingerprint that differs from shard to shard: `train-00000-of-00003-0a1b2c`.
SHARD = re.compile(r"(?P<prefix>.*?)[-_.](?P<index>\d+)-of-(?P<total>\d+)(?:-[0-9a-f]+)?")
_NAMES_TOLD = 4


def without_shard(stem: str) -> str:
    """The name of a file without the mark of a shard."""
    mark = SHARD.fullmatch(stem)
    return stem if mark is None else mark["prefix"]


def problem_of_files(split: str, names: Sequence[str]) -> tuple[str, str] | None:
    """What is wrong with the files of a split, and what to do; None for one file or the whole set of its shards.

    A set is whole when its files, of one name and one total M, are numbered 0 to M − 1 or 1 to M, each number once.
    """
    marks = {name: SHARD.fullmatch(PurePosixPath(name).stem) for name in names}
    whole = [name for name, mark in marks.items() if mark is None]
    if len(whole) == len(names) == 1:
        return None
    sets: dict[tuple[str, int], dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, mark in marks.items():
        if mark is not None:
            prefix = (PurePosixPath(name).parent / mark["prefix"]).as_posix()
            sets[prefix, int(mark["total"])][int(mark["index"])].append(name)
    if whole or len(sets) != 1:
        found = f"split '{split}' has files {_list(names)}"
        return found, "leave one file of it, or all shards of one set, there"
    ((_, total), by_index) = next(iter(sets.items()))
    return _problem_of_set(split, total, by_index)


def _problem_of_set(split: str, total: int, by_index: dict[int, list[str]]) -> tuple[str, str] | None:
    twice = next((files for files in by_index.values() if len(files) > 1), None)
    if twice is not None:
        return f"split '{split}' has one shard twice, {_list(twice)}", "leave one of them there"
    first = 1 if total in by_index and 0 not in by_index else 0
    numbers = range(first, first + total)
    beyond = next((files[0] for index, files in by_index.items() if index not in numbers), None)
    if beyond is not None:
        found = f"'{beyond}' is none of {total} shards, which are numbered from {first}"
        return found, "the whole set as it was written is needed"
    missing = (number for number in numbers if number not in by_index)
    like = next(iter(by_index.values()))[0]
    names = [_name_like(like, number) for number in islice(missing, _NAMES_TOLD + 1)]
    if not names:
        return None
    count = total - len(by_index)
    are = "shards is" if count == 1 else "shards are"
    return f"{count} of {total} {are} missing in split '{split}': {_list(names)}", "every shard is needed"


def _name_like(name: str, number: int) -> str:
    """The name that another shard of the same set has, but for its fingerprint."""
    mark = SHARD.fullmatch(PurePosixPath(name).stem)
    assert mark is not None
    begin, end = mark.span("index")
    return f"{mark.string[:begin]}{number:0{end - begin}d}{mark.string[end:mark.end('total')]}"


def _list(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _NAMES_TOLD else ""
    return ", ".join(f"'{name}'" for name in names[:_NAMES_TOLD]) + more
