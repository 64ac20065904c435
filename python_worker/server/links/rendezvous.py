"""A directory where orchestrators and workers find each other's public keys; src/worker/links/rendezvous/rendezvous-access.ts is the other side."""

from __future__ import annotations

import errno
import os
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeVar

import msgspec

from ...base.decode_json import decode_json
from ...base.owner import MARK, owner_state
from ...base.private_file import check_private_directory, read_private, write_private
from .rendezvous_files import EndedFile, OrchestratorFile, WorkerFile

_ORCHESTRATOR = "orchestrator.json"
_ENDED = "ended.json"
_GONE = (errno.ENOENT, errno.ESTALE)  # the latter on network file systems, of a file that was replaced meanwhile
_WORKER = re.compile(rf"worker-(?P<job>[\w.]*-)?(?P<mark>{MARK})\.json", re.ASCII)
_File = TypeVar("_File", EndedFile, OrchestratorFile, WorkerFile)


@dataclass(frozen=True)
class Meeting:
    """Who is to be met at a moment: an orchestrator (which may have been killed), nobody yet, or nobody any more."""

    orchestrator: OrchestratorFile | None
    is_over: bool


class Rendezvous:
    """One directory. Raises ValueError when others may enter it, here and whenever it is looked at."""

    def __init__(self, directory: str) -> None:
        self.directory = directory
        self._check()

    def look(self) -> Meeting:
        """What stands there now. Raises ValueError for files that others may change, or of another form."""
        self._check()
        names = self._names()
        ended = self._read(_ENDED, EndedFile) if _ENDED in names else None
        found = self._read(_ORCHESTRATOR, OrchestratorFile) if _ORCHESTRATOR in names else None
        is_over = ended is not None and (found is None or found.incarnation == ended.incarnation)
        return Meeting(None if is_over else found, is_over)

    def publish(self, name: str, file: WorkerFile) -> None:
        """Makes a worker known. Raises OSError."""
        content = msgspec.json.format(msgspec.json.encode(file), indent=2)
        write_private(self._path_of(name), content + b"\n")

    def incarnation_of(self, name: str) -> str | None:
        """Which life of a worker is known; None: none is. Raises ValueError as `look`."""
        found = self._read(os.path.basename(self._path_of(name)), WorkerFile)
        return None if found is None else found.incarnation

    def withdraw(self, name: str, incarnation: str) -> None:
        """Takes a worker's file away, unless another life of it has written it since."""
        with suppress(OSError, ValueError):
            if self.incarnation_of(name) == incarnation:
                os.remove(self._path_of(name))

    def remove_left_over(self, job: str) -> None:
        """Takes away files of workers of this machine that are gone, and of earlier lives of this worker's own `job`.

        `job` is the beginning of the names of such a life, "" for none.
        """
        with suppress(OSError):
            for name in os.listdir(self.directory):
                if _is_left_over(name, job):
                    os.remove(os.path.join(self.directory, name))

    def _names(self) -> list[str]:
        """What lies there. Listing it, before a file is opened, makes a network file system look for new ones."""
        try:
            return os.listdir(self.directory)
        except OSError as error:
            found = f"Cannot use rendezvous directory '{self.directory}': {(error.strerror or str(error)).lower()}"
            raise ValueError(f"{found}, a readable directory of this user is needed") from error

    def _check(self) -> None:
        check_private_directory(self.directory, f"Cannot use rendezvous directory '{self.directory}'")

    def _path_of(self, name: str) -> str:
        return os.path.join(self.directory, f"worker-{name}.json")

    def _read(self, name: str, kind: type[_File]) -> _File | None:
        path = os.path.join(self.directory, name)
        act = f"Cannot use '{path}'"
        try:
            return decode_json(read_private(path, act), kind)
        except (msgspec.MsgspecError, UnicodeError) as error:
            raise ValueError(f"{act}: {error}, the file its owner wrote is needed") from None
        except ValueError as error:
            if isinstance(error.__cause__, OSError) and error.__cause__.errno in _GONE:
                return None
            raise


def _is_left_over(name: str, job: str) -> bool:
    found = _WORKER.fullmatch(name)
    if found is None:
        return False
    state = owner_state(found["mark"])
    return state == "gone" or (state == "unknown" and job != "" and found["job"] == job)
