"""What data analysis asks of the system. Runs in the sandbox: each function says whether it got what it asked for."""

from __future__ import annotations

import asyncio
import ctypes
import fcntl
import mmap
import multiprocessing
import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.shared_memory import SharedMemory
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl

LIBC = ctypes.CDLL(None)
WORK = Path("/work")


def threads() -> bool:
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(int, range(100))) == 4950


def conditions_between_threads() -> bool:
    condition, said = threading.Condition(), []

    def answer() -> None:
        with condition:
            condition.wait_for(lambda: said, 10)
            said.append("answer")

    thread = threading.Thread(target=answer)
    thread.start()
    with condition:
        said.append("question")
        condition.notify()
    thread.join()
    return said == ["question", "answer"]


def fork() -> bool:
    child = os.fork()
    if not child:
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def subprocesses() -> bool:
    return subprocess.run([sys.executable, "-c", "print(6 * 7)"], capture_output=True).stdout == b"42\n"


def pool_of_processes() -> bool:
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return pool.map(abs, [-1, -2]) == [1, 2]


def shared_memory() -> bool:
    memory = SharedMemory(create=True, size=9)
    try:
        memory.buf[0] = 5
        return memory.buf[0] == 5
    finally:
        memory.close()
        memory.unlink()


def memory_map() -> bool:
    with mmap.mmap(-1, 8192) as memory:
        memory[:3] = b"abc"
        return memory[:3] == b"abc"


def memory_map_of_a_file() -> bool:
    path = WORK / "mapped"
    path.write_bytes(b"x" * 9000)
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0) as memory:
        memory[0] = 97
        memory.flush()
        return path.read_bytes()[:2] == b"ax"


def mprotect() -> bool:
    memory = mmap.mmap(-1, 4096)
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return LIBC.mprotect(ctypes.c_void_p(address), 4096, mmap.PROT_READ) == 0


def madvise() -> bool:
    with mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as memory:
        memory[0] = 1
        memory.madvise(mmap.MADV_DONTNEED)
        return memory[0] == 0


def eventfd() -> bool:
    file = os.eventfd(0)
    os.eventfd_write(file, 3)
    return os.eventfd_read(file) == 3


def timerfd() -> bool:
    file = LIBC.timerfd_create(time.CLOCK_MONOTONIC, 0)
    once_in_a_nanosecond = struct.pack("4q", 0, 0, 0, 1)
    return LIBC.timerfd_settime(file, 0, once_in_a_nanosecond, None) == 0 and len(os.read(file, 8)) == 8


def signals_and_timers() -> bool:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGVTALRM])
    signal.setitimer(signal.ITIMER_VIRTUAL, 60)
    left = signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
    signal.raise_signal(signal.SIGVTALRM)  # to this thread: in the others it is not blocked
    return left > 0 and signal.sigtimedwait([signal.SIGVTALRM], 5).si_signo == signal.SIGVTALRM


def pipe_and_epoll() -> bool:
    source, sink = os.pipe2(os.O_CLOEXEC)
    with select.epoll() as poll:
        poll.register(source, select.EPOLLIN)
        os.write(sink, b"x")
        return poll.poll(5) == [(source, select.EPOLLIN)] and os.read(source, 9) == b"x"


def pair_of_sockets() -> bool:
    one, other = socket.socketpair(socket.AF_UNIX)
    one.send(b"x")
    return other.recv(9) == b"x"


def sockets_of_this_host() -> bool:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), 5) as client:
        client.send(b"x")
        return server.accept()[0].recv(9) == b"x"


def event_loop() -> bool:
    with ThreadPoolExecutor(1) as pool:  # the kernel's own loop runs in this thread
        return pool.submit(lambda: asyncio.run(asyncio.sleep(0, 42))).result() == 42


def random_numbers() -> bool:
    return len(os.getrandom(16)) == 16


def clocks() -> bool:
    started = time.monotonic()
    time.sleep(0.01)
    return time.monotonic() - started >= 0.01


def limits_and_use() -> bool:
    core = resource.getrlimit(resource.RLIMIT_CORE)
    return core == (0, 0) and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss > 0 and bool(os.sched_getaffinity(0))


def inotify() -> bool:
    file = LIBC.inotify_init1(0)
    return file >= 0 and LIBC.inotify_add_watch(file, b"/work", 0x100) >= 0


def pidfd() -> bool:
    return os.pidfd_open(os.getpid()) > 0


def file_locks() -> bool:
    with (WORK / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return True


def copies_of_files() -> bool:
    source = WORK / "source"
    source.write_text("abc")
    with source.open("rb") as one, (WORK / "piece").open("wb") as other:
        piece = os.copy_file_range(one.fileno(), other.fileno(), 2)
    return piece == 2 and Path(shutil.copy2(source, WORK / "copy")).read_text() == "abc"


def directories() -> bool:
    (WORK / "a" / "b").mkdir(parents=True)
    (WORK / "a" / "b").rename(WORK / "a" / "c")
    try:
        return os.listdir(WORK / "a") == ["c"] and shutil.disk_usage(WORK).total > 0
    finally:
        shutil.rmtree(WORK / "a")


def times_and_modes_of_files() -> bool:
    path = WORK / "times"
    path.touch()
    os.utime(path, (1, 2))
    path.chmod(0o600)
    return (path.stat().st_mtime, path.stat().st_mode & 0o777) == (2.0, 0o600)


def preallocated_files() -> bool:
    with (WORK / "big").open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, 5000)
    return (WORK / "big").stat().st_size == 5000


def linear_algebra() -> bool:
    ones = np.ones((300, 300))
    return float((ones @ ones).sum()) == 300**3


def pandas_and_parquet() -> bool:
    pd.DataFrame({"a": [1, 1, 2], "b": [2, 3, 4]}).to_parquet(WORK / "frame.parquet")
    return pd.read_parquet(WORK / "frame.parquet").groupby("a").b.sum().tolist() == [5, 4]


def duckdb_in_parallel() -> bool:
    rows = duckdb.sql("select sum(i)::bigint from range(3_000_000) t(i)").fetchall()
    return rows == [(4_499_998_500_000,)]


def polars_in_parallel() -> bool:
    return pl.LazyFrame({"a": [1, 2]}).select(pl.col("a").sum()).collect().item() == 3
