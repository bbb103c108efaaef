"""CPU time of running programs with all that they started, read from /proc: Linux only."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")


def seconds(programs: Iterable[int]) -> float:
    """Returns the CPU seconds, in user and kernel mode, of the processes with these ids and of their descendants.

    Those that have ended count through whoever waited for them. Read it before and after, and take the difference.
    """
    stats = _stats()
    children: dict[int, list[int]] = defaultdict(list)
    for pid, fields in stats.items():
        children[int(fields[1])].append(pid)
    ticks, left = 0, list(programs)
    while left:
        pid = left.pop()
        left += children[pid]
        # utime, stime, and the same of children that were waited for (proc(5) counts from 1, with pid and comm before).
        ticks += sum(int(field) for field in stats.get(pid, [])[11:15])
    return ticks / TICKS


def _stats() -> dict[int, list[str]]:
    """Returns what stands after the name in the `stat` of every process: its state, its parent, and so on."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            found[int(folder.name)] = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
    return found
