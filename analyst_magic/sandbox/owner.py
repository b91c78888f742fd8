"""Which process a sandbox belongs to, in a form that survives the process: number, start time and boot."""

from __future__ import annotations

import os
from pathlib import Path


def process_token() -> str:
    """This process as text: ``PID.START.BOOT``, the same for its whole life and for no other process."""
    return f"{os.getpid()}.{_start(os.getpid())}.{boot()}"


def alive(text: str) -> bool:
    """Whether the process of a token runs. Tokens of another boot or machine, and malformed ones, count as alive: what
    is not known to be an orphan is left alone."""
    parts = text.split(".")
    if len(parts) != 3 or not parts[0].isdigit() or parts[2] != boot():
        return True
    return _start(int(parts[0])) == parts[1]


def boot() -> str:
    """A short name of this machine's boot, empty where the system has none."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip().replace("-", "")[:16]
    except OSError:
        return "none"


def user() -> int:
    """The user's number (0 where the system has none)."""
    return os.getuid() if hasattr(os, "getuid") else 0


def _start(pid: int) -> str:
    """When a process started, in clock ticks since boot; empty when there is no such process."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return "" if Path("/proc/self/stat").exists() else "0"
    return text.rpartition(")")[2].split()[19]
