"""First process of the sandbox: starts the kernel and carries its messages over standard input and output.

The relay ends when the host closes its end, when the kernel ends, or when its life is over; as it is process 1,
everything else in the sandbox ends with it. What programs and libraries print, past Python's own streams, comes over
two pipes and becomes messages here. How messages travel: ``wire.py``.
"""

from __future__ import annotations

import codecs
import contextlib
import fcntl
import json
import os
import select
import signal
import sys
import time

from . import places, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

PR_SET_DUMPABLE = 4
PIPE_BYTES = 1 << 20  # bytes that the kernel may be ahead
CHUNK_BYTES = 1 << 16  # bytes of print that are sent at once
FLUSH_SECONDS = 0.05  # seconds that print waits for more of it
MAX_PADDING = 1 << 28  # bytes at the most to complete what a dead kernel had begun to say


def oom_kills() -> int:
    """How often the memory limit killed something in here (control groups version 2, then 1)."""
    for path in ("/sys/fs/cgroup/memory.events", "/sys/fs/cgroup/memory/memory.oom_control"):
        try:
            with open(path) as file:
                for line in file:
                    if line.startswith("oom_kill "):
                        return int(line.split()[1])
        except OSError:
            continue
    return 0


class OutputPipe:
    """Text that programs print, read from a pipe and waiting to be sent."""

    def __init__(self, name: str, descriptor: int) -> None:
        self.name, self.descriptor = name, descriptor
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.text, self.since, self.ended = "", 0.0, False
        os.set_blocking(descriptor, False)

    def take(self) -> bool:
        """Read a piece of what is there; returns whether there was any."""
        try:
            data = os.read(self.descriptor, CHUNK_BYTES)
        except BlockingIOError:
            return False
        if data and not self.text:
            self.since = time.monotonic()
        self.text += self.decoder.decode(data, final=not data)
        self.ended = not data
        return bool(data)


class Relay:
    """Carries messages between host and kernel.

    Args:
        kernel: The kernel's process.
        host: Descriptors that bytes of the host come from and go to.
        requests: Descriptor that the kernel reads.
        messages: Descriptor that the kernel writes.
        outputs: For each stream, the descriptor that its text comes from.
    """

    def __init__(
        self, kernel: int, host: tuple[int, int], requests: int, messages: int, outputs: Mapping[str, int]
    ) -> None:
        self.kernel, self.requests, self.messages = kernel, requests, messages
        self.host, self.sink = wire.Reader(host[0]), host[1]
        self.outputs = [OutputPipe(name, descriptor) for name, descriptor in outputs.items()]
        self.parent = ""
        self.queue = bytearray()  # for the kernel, which may be busy
        self.head, self.left = b"", 0  # of the kernel's frame that is passing
        os.set_blocking(requests, False)
        os.set_blocking(messages, False)

    def carry(self, wake: int, end: float) -> None:
        """Carry until the host or the kernel is gone, or until ``end`` on the monotonic clock.

        Args:
            wake: A descriptor that can be read when a process has ended.
            end: When this sandbox's life is over.
        """
        while (left := end - time.monotonic()) > 0:
            held = any(stream.text for stream in self.outputs)
            readable = [stream for stream in self.outputs if not stream.ended and len(stream.text) < CHUNK_BYTES]
            sources = [self.host.descriptor, wake, self.messages, *(stream.descriptor for stream in readable)]
            timeout = FLUSH_SECONDS if held and not self.left else min(left, 3600)
            ready, free, _ = select.select(sources, [self.requests] if self.queue else [], [], timeout)
            if self.host.descriptor in ready:
                self.ask()
            if free:
                self.pass_on()
            for stream in readable:  # first, as what was printed before a message was sent is there before it is
                if stream.descriptor in ready:
                    stream.take()
            if self.messages in ready:
                self.carry_message()
            if not self.left:
                now = time.monotonic()
                for stream in self.outputs:
                    if len(stream.text) >= CHUNK_BYTES or now - stream.since >= FLUSH_SECONDS:
                        wire.write(self.sink, self.take_frame(stream))
            if wake in ready:
                os.read(wake, 512)
                self.reap()
        self.send_control(op="exit", code=0, oom=0, life=True)

    def ask(self) -> None:
        """Pass on what the host asks of the kernel, or do it where it is asked of this process."""
        frames = self.host.frames()
        if frames is None:
            os._exit(0)
        for channel, parts in frames:
            if channel == wire.SHELL:
                for stream in [] if self.left else self.outputs:
                    wire.write(self.sink, self.take_frame(stream))
                self.parent = json.loads(parts[2])["msg_id"]
                self.queue += b"".join(wire.frame(channel, parts))
            else:
                self.command(*parts)

    def pass_on(self) -> None:
        """Give the kernel as much of what it was asked as it takes now."""
        try:
            del self.queue[: os.write(self.requests, self.queue[:CHUNK_BYTES])]
        except BrokenPipeError:  # it has ended, and is collected in a moment
            self.queue.clear()

    def command(self, text: bytes, data: bytes = b"") -> None:
        """Interrupt the kernel, take a piece of a frame's file, or drop one."""
        message = json.loads(text)
        if message["op"] == "interrupt":
            self.signal(signal.SIGINT)
        elif message["op"] == "put":
            path = f"{places.frames()}/{message['name']}"
            with open(f"{path}.part", "ab") as file:
                file.write(data)
            if message["last"]:
                os.rename(f"{path}.part", path)
        elif message["op"] == "drop":
            for ending in ("", ".zst"):  # what came compressed may not have been asked for yet
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(f"{places.frames()}/{message['name']}{ending}")

    def carry_message(self) -> bool:
        """Pass on a piece of what the kernel says; returns whether there was any.

        What was printed goes between frames. A kernel that says what is no frame, or can say no more, is ended: its
        code has got at the pipe.
        """
        try:
            data = os.read(self.messages, PIPE_BYTES)
        except BlockingIOError:
            return False
        if not data:
            self.signal(signal.SIGKILL)
            return False
        pieces: list[wire.Buffer] = []
        view = memoryview(data)
        while view:
            if self.left:
                piece, view = view[: self.left], view[self.left :]
                self.left -= len(piece)
                pieces.append(piece)
                continue
            need = wire.HEAD.size - len(self.head)
            self.head += view[:need]
            view = view[need:]
            if len(self.head) < wire.HEAD.size:
                break
            length, channel, _, _ = wire.HEAD.unpack(self.head)
            if length < 4 or channel not in (wire.SHELL, wire.IOPUB):
                self.signal(signal.SIGKILL)
                wire.write(self.sink, pieces)
                return False
            for stream in self.outputs:
                pieces += self.take_frame(stream)
            pieces.append(self.head)
            self.head, self.left = b"", length - 4
        wire.write(self.sink, pieces)
        return True

    def signal(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.kernel, number)

    def take_frame(self, stream: OutputPipe) -> list[wire.Buffer]:
        """The frame of what was printed, if anything was."""
        text, stream.text = stream.text, ""
        if not text:
            return []
        return wire.frame(wire.IOPUB, wire.message("stream", self.parent, {"name": stream.name, "text": text}))

    def send_control(self, **message: Any) -> None:
        wire.write(self.sink, wire.frame(wire.CONTROL, [json.dumps(message).encode()]))

    def reap(self) -> None:
        """Collect ended processes; when the kernel is among them, send what it left, say how it ended, and end."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                pid, status = self.kernel, 0
            if not pid:
                return
            if pid == self.kernel:
                self.finish()
                self.send_control(op="exit", code=os.waitstatus_to_exitcode(status), oom=oom_kills())
                os._exit(1)

    def finish(self) -> None:
        """Send what a dead kernel had printed and said, and complete a frame that it had begun."""
        for stream in self.outputs:
            while len(stream.text) < PIPE_BYTES and stream.take():
                pass
        for _ in range(PIPE_BYTES // CHUNK_BYTES):  # more than a pipe holds, and an end to what others go on to write
            if not self.carry_message():
                break
        if self.left > MAX_PADDING:
            os._exit(1)
        while self.left:
            piece = bytes(min(self.left, PIPE_BYTES))
            wire.write(self.sink, [piece])
            self.left -= len(piece)
        for stream in self.outputs:
            wire.write(self.sink, self.take_frame(stream))


def main() -> None:
    ends = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    kernel_requests, requests = os.pipe()
    messages, kernel_messages = os.pipe()
    output, kernel_output = os.pipe()
    errors, kernel_errors = os.pipe()
    kernel_ends = kernel_requests, kernel_messages, kernel_output, kernel_errors
    with contextlib.suppress(OSError, AttributeError):  # a user has only so many pages in pipes; macOS gives no choice
        fcntl.fcntl(kernel_messages, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    kernel = os.fork()  # not a new Python: what both have loaded is there once, and is not loaded again
    if kernel == 0:
        os.setsid()
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # until there is something to interrupt
        for end in (*ends, nothing, requests, messages, output, errors):
            os.close(end)
        run_kernel(*kernel_ends)
    else:
        for end in kernel_ends:
            os.close(end)
        # Code of the same user may not read or change this process, nor take over its end of the stream.
        if sys.platform == "linux":
            import ctypes

            ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
        wake, wakened = os.pipe()
        os.set_blocking(wakened, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
        relay = Relay(kernel, ends, requests, messages, {"stdout": output, "stderr": errors})
        relay.carry(wake, time.monotonic() + float(os.environ.get("ANALYST_LIFE", "86400")))


def run_kernel(requests: int, messages: int, stdout: int, stderr: int) -> None:
    """Be the kernel; returns when there is no more to be done."""
    from . import fast_import

    with fast_import.fewer_modules():
        from . import kernel
    kernel.main(requests, messages, stdout, stderr)


if __name__ == "__main__":
    main()
