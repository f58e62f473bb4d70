"""How much memory a search may take when nobody says so, and sizes in words."""

import os
from pathlib import Path

SHARE = 1 / 2
UNKNOWN = 1 << 31
MEMINFO = Path("/proc/meminfo")
CGROUP = Path("/sys/fs/cgroup")


def default_memory() -> int:
    """The share of the machine's free memory that a search may take unless told otherwise, in bytes."""
    return int(free_memory() * SHARE)


def free_memory() -> int:
    """What can be taken before the machine swaps or the control group is over its limit, in bytes."""
    found = [_available()]
    try:
        limit, used = ((CGROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        if limit != "max":
            found.append(int(limit) - int(used))
    except (OSError, ValueError):
        pass
    return max(0, min(found))


def _available() -> int:
    try:
        lines = MEMINFO.read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, ValueError, StopIteration):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else UNKNOWN


def say_bytes(size: float) -> str:
    """A size in words: 1.5 GB."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"
