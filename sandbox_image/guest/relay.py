"""First process of the sandbox: starts the kernel and carries its messages over standard input and output.

A frame is ``<u32 bytes that follow> <u8 channel> <u8 parts> <u16 zero> <u32 length>*parts <part>*parts``, all little
endian. Channel 0 carries one JSON part between host and relay; the others carry the parts of a Jupyter message from
its delimiter on. The relay ends when the host closes its end, when the kernel ends, or when its life is over; as it is
process 1, everything else in the sandbox ends with it.
"""

import json
import os
import select
import signal
import struct
import sys
import time

CONTROL, SHELL, IOPUB, KERNEL_CONTROL = range(4)
DELIMITER = b"<IDS|MSG>"
HEAD = struct.Struct("<IBBH")
HOME = os.environ.get("TMPDIR", "/tmp") + "/.relay"
FRAMES = os.environ.get("ANALYST_IN", "/in")
PORTS = {"shell_port": 1, "iopub_port": 2, "stdin_port": 3, "hb_port": 4, "control_port": 5}
HIGH_WATER = 20000
PR_SET_DUMPABLE = 4


def run_kernel():
    """Be the kernel, in a process and a session of its own; returns when the kernel has ended."""
    os.setsid()
    os.makedirs(HOME, mode=0o700, exist_ok=True)
    connection = f"{HOME}/connection.json"
    with open(connection, "w") as file:
        # No key: whatever runs in here owns the kernel anyway, so signatures would prove nothing.
        json.dump(
            {**PORTS, "transport": "ipc", "ip": f"{HOME}/socket", "key": "", "signature_scheme": "hmac-sha256"}, file
        )
    from analyst_guest import lean

    with lean.importing():
        from analyst_guest import kernel
    kernel.main(["-f", connection])


def oom_kills():
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


class Host:
    """The host's end: frames in from one descriptor, frames out to another."""

    def __init__(self, source, sink):
        self.source, self.sink, self.buffer = source, sink, bytearray()

    def send(self, channel, parts):
        lengths = struct.pack(f"<{len(parts)}I", *(len(part) for part in parts))
        head = HEAD.pack(4 + len(lengths) + sum(len(part) for part in parts), channel, len(parts), 0) + lengths
        queue = [memoryview(head), *(memoryview(part) for part in parts if len(part))]
        while queue:
            written = os.writev(self.sink, queue[:64])
            while queue and written >= len(queue[0]):
                written -= len(queue.pop(0))
            if written:
                queue[0] = queue[0][written:]

    def tell(self, **message):
        self.send(CONTROL, [json.dumps(message).encode()])

    def receive(self):
        """The frames that arrived whole, as (channel, parts); exits when the host is gone."""
        data = os.read(self.source, 1 << 20)
        if not data:
            os._exit(0)
        self.buffer += data
        frames = []
        while len(self.buffer) >= HEAD.size:
            length, channel, count, _ = HEAD.unpack_from(self.buffer)
            if len(self.buffer) < 4 + length:
                break
            lengths = struct.unpack_from(f"<{count}I", self.buffer, HEAD.size)
            at, parts = HEAD.size + 4 * count, []
            for size in lengths:
                parts.append(bytes(self.buffer[at : at + size]))
                at += size
            del self.buffer[: 4 + length]
            frames.append((channel, parts))
        return frames


def reap(kernel, host):
    """Collect ended processes; when the kernel is among them, say how it ended and end as well."""
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            pid, status = kernel, 0
        if not pid:
            return
        if pid == kernel:
            host.tell(op="exit", code=os.waitstatus_to_exitcode(status), oom=oom_kills())
            os._exit(1)


def command(kernel, text, data=b""):
    """Do what the host asks for: interrupt the kernel, take a piece of a frame's file, or drop one."""
    message = json.loads(text)
    if message["op"] == "interrupt":
        os.killpg(kernel, signal.SIGINT)
    elif message["op"] == "put":
        path = f"{FRAMES}/{message['name']}"
        with open(f"{path}.part", "ab") as file:
            file.write(data)
        if message["last"]:
            os.rename(f"{path}.part", path)
    elif message["op"] == "drop":
        os.unlink(f"{FRAMES}/{message['name']}")


def main():
    ends = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    kernel = os.fork()  # not a new Python: what both have loaded is there once, and is not loaded again
    if kernel == 0:
        for end in (*ends, nothing):
            os.close(end)
        run_kernel()
    else:
        carry(kernel, Host(*ends))


def carry(kernel, host):
    """Carry messages between the host and the kernel until one of them is gone, or this sandbox's life is over."""
    # Code of the same user may not read or change this process, nor take over its end of the stream.
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(PR_SET_DUMPABLE, 0)
    import zmq

    wake, wakened = os.pipe()
    os.set_blocking(wakened, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakened, warn_on_full_buffer=False)
    end = time.monotonic() + float(os.environ.get("ANALYST_LIFE", "86400"))

    context = zmq.Context()
    context.linger = 0
    sockets = {}
    for channel, kind, port in ((SHELL, zmq.DEALER, 1), (IOPUB, zmq.SUB, 2), (KERNEL_CONTROL, zmq.DEALER, 5)):
        socket = context.socket(kind)
        socket.reconnect_ivl = 3  # ms: the kernel does not listen yet
        socket.rcvhwm = socket.sndhwm = HIGH_WATER
        if kind == zmq.SUB:
            socket.subscribe(b"")
        socket.connect(f"ipc://{HOME}/socket-{port}")
        sockets[channel] = socket
    channels = {socket: channel for channel, socket in sockets.items()}
    poller = zmq.Poller()
    for source in (*channels, host.source, wake):
        poller.register(source, zmq.POLLIN)

    while (left := end - time.monotonic()) > 0:
        events = poller.poll(min(left, 3600) * 1000)
        for source, _ in events:
            if source == host.source:
                for channel, parts in host.receive():
                    if channel in sockets:
                        sockets[channel].send_multipart(parts)
                    else:
                        command(kernel, *parts)
            elif source == wake:
                os.read(wake, 512)
                reap(kernel, host)
            else:
                drain(source, channels[source], host, zmq)
    host.tell(op="exit", code=0, oom=0, life=True)


def drain(socket, channel, host, zmq):
    """Forward what one socket holds, from the delimiter on; the host's commands get a turn in between."""
    for _ in range(100):
        try:
            frames = socket.recv_multipart(zmq.NOBLOCK, copy=False)
        except zmq.Again:
            return
        parts = [frame.buffer for frame in frames]
        start = next((i for i, part in enumerate(parts) if bytes(part[:9]) == DELIMITER), None)
        if start is not None:
            host.send(channel, parts[start:])
        if select.select([host.source], [], [], 0)[0]:
            return


if __name__ == "__main__":
    main()
