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


def peak_resident_mib() -> int:
    """Largest resident memory of this process so far in MiB; 0 where the system does not say (no /proc)."""
    try:
        with open("/proc/self/status", encoding="ascii") as file:
            peak = next((line for line in file if line.startswith("VmHWM:")), None)
    except OSError:
        return 0
    return 0 if peak is None else int(peak.split()[1]) >> 10
