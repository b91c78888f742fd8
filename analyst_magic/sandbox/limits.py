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
        timeout: Time for one run; then interrupt, and after ``interrupt_timeout`` the sandbox is thrown away.
        interrupt_timeout: Time that interrupted code gets to stop.
        start_timeout: Time for a sandbox to come up.
        engine_timeout: Time for a container engine to answer one call; then the call is given up.
        max_lifetime: Time after which a sandbox ends by itself, whatever its host does.
        max_frame_bytes: Size of all frames in a sandbox together.
        max_output_bytes: Bytes of messages of one run beyond which it is stopped.
        max_printed_bytes: Bytes of text on the output streams beyond which it is stopped.
        max_messages: Number of messages of one run beyond which it is stopped.
        max_stream_bytes: Bytes of each output stream that are kept, half of the beginning and half of the end.
        max_result_bytes: Bytes of one table or file that are kept.
        max_results_bytes: Bytes of all tables and files of one run that are kept.
        max_rows: Rows of one table that are kept.
        max_planned_rows: Rows that a database may work through for one statement, by its own estimate.
        max_pixels: Pixels of one image.
        max_message_bytes: Bytes of one message; a larger one is dropped.

    Example:
        >>> limits = Limits(memory=2 * GB, timeout=30.0)
        >>> limits.memory, limits.timeout, limits.max_rows
        (2000000000, 30.0, 1000000)
    """

    memory: int = 4 * GB
    cpus: float = float(min(os.cpu_count() or 1, 4))
    pids: int = 256
    disk: int = 512 * MB
    timeout: float = 120.0
    interrupt_timeout: float = 2.0
    start_timeout: float = 60.0
    engine_timeout: float = 60.0
    max_lifetime: float = 12 * 3600.0
    max_frame_bytes: int = 8 * GB
    max_output_bytes: int = 256 * MB
    max_printed_bytes: int = 32 * MB
    max_messages: int = 5_000
    max_stream_bytes: int = 64 * KB
    max_result_bytes: int = 256 * MB
    max_results_bytes: int = 512 * MB
    max_rows: int = 1_000_000
    max_planned_rows: int = 1_000_000_000
    max_pixels: int = 40_000_000
    max_message_bytes: int = 80 * MB


def guest_environment(limits: Limits) -> dict[str, str]:
    """Variables that tell the guest its limits, for every kind of sandbox."""
    threads = str(max(1, int(limits.cpus)))
    return {
        "ANALYST_LIFE": str(limits.max_lifetime),
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"), threads),
        "ARROW_IO_THREADS": "2",
    }
