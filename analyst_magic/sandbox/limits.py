"""How much a run may use, and how much of what it sends is kept."""

from __future__ import annotations

import os
from dataclasses import dataclass

KB, MB, GB = 1_000, 1_000_000, 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one sandbox. Sizes in bytes, times in seconds.

    Attributes:
        memory: Memory of all processes together, swap included; files in ``/work`` and ``/tmp`` count as well.
        cpus: Processor cores.
        pids: Processes and threads.
        disk: Size of ``/work``, where the code may write files.
        timeout: Time for one run; then interrupt, and after ``grace`` the sandbox is thrown away.
        grace: Time that interrupted code gets to stop.
        start: Time for a sandbox to come up.
        engine: Time for a container engine to answer one call; then the call is given up.
        life: Time after which a sandbox ends by itself, whatever its host does.
        frames: Size of all frames in a sandbox together.
        flood: Bytes of messages of one run beyond which it is stopped.
        printed: Bytes of text on the output streams beyond which it is stopped.
        messages: Number of messages of one run beyond which it is stopped.
        text: Bytes of each output stream that are kept, half of the beginning and half of the end.
        result: Bytes of one table or file that are kept.
        results: Bytes of all tables and files of one run that are kept.
        rows: Rows of one table that are kept.
        pixels: Pixels of one image.
        message: Bytes of one message; a larger one is dropped.
    """

    memory: int = 4 * GB
    cpus: float = float(min(os.cpu_count() or 1, 4))
    pids: int = 256
    disk: int = 512 * MB
    timeout: float = 120.0
    grace: float = 2.0
    start: float = 60.0
    engine: float = 60.0
    life: float = 12 * 3600.0
    frames: int = 8 * GB
    flood: int = 256 * MB
    printed: int = 32 * MB
    messages: int = 5_000
    text: int = 64 * KB
    result: int = 256 * MB
    results: int = 512 * MB
    rows: int = 1_000_000
    pixels: int = 40_000_000
    message: int = 80 * MB
