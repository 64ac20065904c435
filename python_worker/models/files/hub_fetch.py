"""Fetches files of a repository on the Hugging Face hub into the local cache, and says how many bytes that are first."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ...context.context import Context

if TYPE_CHECKING:
    from huggingface_hub import DryRunFileInfo

_SECONDS_BETWEEN_LOOKS = 0.25


@dataclass(frozen=True)
class HubFiles:
    """Files of a repository: which kind ("model", "dataset"), its id, branch, tag or commit, and patterns of names."""

    kind: str
    repository: str
    revision: str | None
    patterns: Sequence[str]
    left_out: Sequence[str] = ()


@dataclass(frozen=True)
class Missing:
    """What of them is not in the cache yet; `blobs` is where it will lie."""

    files: int
    bytes: int
    blobs: Path | None


def fetch(wanted: HubFiles, context: Context) -> Path:
    """The local copy of the repository, fetched where it is not there (HF_HUB_OFFLINE: from the cache alone).

    What is fetched is told with its size before the first byte. Raises as snapshot_download, and Cancelled.
    """
    missing = missing_files(wanted)
    if missing is None or missing.files == 0:
        return Path(_snapshot(wanted))
    note = f"fetching {describe(missing)} of {wanted.kind} {wanted.repository}"
    context.progress(0, missing.bytes, note=note)
    download = _Download(wanted)
    before = _size_of(missing.blobs)
    while not download.has_ended(_SECONDS_BETWEEN_LOOKS):
        context.check()
        context.progress(min(missing.bytes, max(0, _size_of(missing.blobs) - before)), missing.bytes, note=note)
    return download.result()


def missing_files(wanted: HubFiles) -> Missing | None:
    """By the hub's own list of the repository; None where that cannot be had."""
    from huggingface_hub.errors import DryRunError

    try:
        listed: list[DryRunFileInfo] = _snapshot(wanted, dry_run=True)
    except DryRunError:
        return None
    new = [file for file in listed if file.will_download]
    blobs = None if not new else _repository_of(Path(new[0].local_path)) / "blobs"
    return Missing(len(new), sum(file.file_size or 0 for file in new), blobs)


def is_unreachable(error: BaseException) -> bool:
    """Whether the network is why nothing came, switched off or down, and not what the hub answered."""
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError, OfflineModeIsEnabled

    if isinstance(error, HfHubHTTPError):
        return error.response is not None and error.response.status_code >= 500
    is_transport = type(error).__module__.split(".")[0].startswith("httpx")
    return is_transport or isinstance(error, (LocalEntryNotFoundError, OfflineModeIsEnabled))


def describe(missing: Missing) -> str:
    """`13.5 GB in 2 files`"""
    files = "1 file" if missing.files == 1 else f"{missing.files} files"
    return f"{_in_words(missing.bytes)} in {files}"


def _in_words(size: int) -> str:
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if size >= scale:
            return f"{size / scale:.1f} {unit}"
    return f"{size / 1e3:.1f} kB"


class _Download:
    """A download in a thread of its own, so that a cancel does not wait for the network; it ends with the process."""

    def __init__(self, wanted: HubFiles) -> None:
        self._folder: str | None = None
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(wanted,), daemon=True)
        self._thread.start()

    def _run(self, wanted: HubFiles) -> None:
        try:
            self._folder = _snapshot(wanted)
        except BaseException as error:
            self._error = error

    def has_ended(self, seconds: float) -> bool:
        """Waits for the end so long at most."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def result(self) -> Path:
        """The folder. Raises what the download raised."""
        if self._error is not None:
            raise self._error
        assert self._folder is not None, "a download gives a folder or an error"
        return Path(self._folder)


def _snapshot(wanted: HubFiles, **options: Any) -> Any:
    from huggingface_hub import snapshot_download
    from huggingface_hub.utils import disable_progress_bars

    disable_progress_bars()
    return snapshot_download(
        wanted.repository,
        repo_type=wanted.kind,
        revision=wanted.revision,
        allow_patterns=list(wanted.patterns),
        ignore_patterns=list(wanted.left_out) or None,
        **options,
    )


def _repository_of(file: Path) -> Path:
    """The cache's folder of a repository, for a file in one of its snapshots."""
    return next(parent for parent in file.parents if parent.name == "snapshots").parent


def _size_of(blobs: Path | None) -> int:
    """Bytes of whole and of half files; a file may go while it is looked at."""
    total = 0
    for file in blobs.iterdir() if blobs is not None and blobs.is_dir() else ():
        try:
            total += file.stat().st_size
        except OSError:
            continue
    return total
