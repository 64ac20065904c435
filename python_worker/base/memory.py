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


def available_mib() -> int:
    """Memory that a process here could still take, in MiB; 0 where the system does not say (no /proc)."""
    try:
        with open("/proc/meminfo", encoding="ascii") as file:
            line = next((line for line in file if line.startswith("MemAvailable:")), None)
    except OSError:
        return 0
    free = 0 if line is None else int(line.split()[1]) >> 10
    left = _cgroup_left_mib()
    return free if left is None else min(free, left)


def _cgroup_left_mib() -> int | None:
    """What the control group of this process leaves to it (a job of a scheduler, a container); None without a limit."""
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as most, open(
            "/sys/fs/cgroup/memory.current", encoding="ascii"
        ) as used:
            return (int(most.read()) - int(used.read())) >> 20
    except (OSError, ValueError):
        return None
