"""How much memory this process uses."""

from __future__ import annotations

import os


def resident_mib() -> int:
    """Resident memory in MiB; 0 where the system does not say (no /proc)."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            pages = int(file.read().split()[1])
    except OSError:
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") >> 20
