"""Runs one command and writes what it cost: launcher.py COSTS SECONDS COMMAND...

A program of its own, and a small one: the peak memory of a new process begins with that of the process it was forked
from. COSTS is the file that gets one line of JSON; the command is ended after so many CPU seconds.
"""

import json
import os
import resource
import sys
import time


def main() -> None:
    """Runs the command."""
    costs, seconds, *command = sys.argv[1:]
    begin, child = time.monotonic(), os.fork()
    if not child:
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds)))
        os.execvp(command[0], command)  # noqa: S606 -- no shell is wanted
    _, status, usage = os.wait4(child, 0)
    found = {"code": os.waitstatus_to_exitcode(status), "cpu_seconds": usage.ru_utime + usage.ru_stime,
             "wall_seconds": time.monotonic() - begin, "peak_bytes": usage.ru_maxrss * 1024}
    with open(costs, "w", encoding="utf-8") as file:  # noqa: PTH123 -- pathlib would make this process larger
        json.dump(found, file)


main()
