"""How many files this process may have open."""

from __future__ import annotations

import resource

_LEAST = 64
_ENOUGH = 4096


def allow_open_files() -> None:
    """Takes what the system allows. Raises ValueError where that is too little to load libraries and open a socket."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _ENOUGH if hard == resource.RLIM_INFINITY else min(_ENOUGH, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
        soft = wanted
    if soft != resource.RLIM_INFINITY and soft < _LEAST:
        raise ValueError(f"Cannot start: only {soft} files may be open at once; raise `ulimit -n` to at least {_LEAST}")
