"""Engines elsewhere and of other makes: one on another machine, by TCP and by TLS, and how Podman describes itself."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from certificates import certificates

from analyst_magic.errors import EngineUnavailable, NotIsolated, SandboxError
from analyst_magic.sandbox import docker, hardening
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.provider import Mounts
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code

LIMITS = Limits(memory=700_000_000, timeout=30.0, disk=50_000_000, max_frame_bytes=100_000_000)


class Forwarder:
    """A way to the engine by TCP, as if it were on another machine; with TLS where it has a certificate.

    Args:
        context: TLS of the server's side.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.connections: list[socket.socket] = []
        self._context = context
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._server.accept()[0]
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if self._context:
                near = self._context.wrap_socket(near, server_side=True)
            far = socket.socket(socket.AF_UNIX)
            far.connect("/var/run/docker.sock")
            self.connections += [near, far]
            back = threading.Thread(target=pump, args=(far, near), daemon=True)
            back.start()
            pump(near, far)

    def cut(self) -> None:
        """Break all connections, as a network that fails."""
        for connection in self.connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self._server.close()
        self.cut()


def pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(1 << 16):
            sink.sendall(data)
    with contextlib.suppress(OSError):
        sink.shutdown(socket.SHUT_WR)


@pytest.fixture(params=["tcp", "tls"])
def remote(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sandboxes: set[str]
) -> Iterator[Forwarder]:
    """The engine, as ``DOCKER_HOST`` names one of another machine."""
    context = None
    if request.param == "tls":
        certificates(tmp_path)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(tmp_path / "server.pem", tmp_path / "server-key.pem")
        context.load_verify_locations(tmp_path / "ca.pem")
        context.verify_mode = ssl.CERT_REQUIRED
        monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
        monkeypatch.setenv("DOCKER_CERT_PATH", str(tmp_path))
    forwarder = Forwarder(context)
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{forwarder.port}")
    yield forwarder
    monkeypatch.undo()
    forwarder.close()


@pytest.mark.docker
async def test_an_engine_of_another_machine_gets_its_frames_by_the_stream(remote: Forwarder) -> None:
    sandbox = Sandbox(docker.DockerProvider(LIMITS), LIMITS, spares=0)
    frame = to_frame("frame", pd.DataFrame({"x": range(4_000_000), "y": ["a", "b"] * 2_000_000}))
    progress: list[str] = []
    try:
        first = await sandbox.run(Code("frame.x.sum(), len(frame)"), [frame], on_progress=progress.append)
        asked = len(progress)
        again = await sandbox.run(Code("frame.y.nunique()"), [frame], on_progress=progress.append)
        large = await sandbox.run(Code("frame.head(100_000)"), [frame])
        await sandbox.reset()
        fresh = await sandbox.run(Code("select count(*) as n from frame", "sql"), [frame])
    finally:
        await sandbox.close()
    assert first.error is None, first.error
    assert first.outputs[0].data == "(7999998000000, 4000000)"
    assert any(text.startswith("sending data, ") and text.endswith("MB") for text in progress)
    assert again.outputs[0].data == "2"
    assert len(progress) == asked, "an unchanged frame was sent again"
    assert large.outputs[0].data.num_rows == 100_000
    assert fresh.outputs[0].data.to_pydict() == {"n": [4_000_000]}


@pytest.mark.docker
async def test_a_network_that_fails_is_told_and_the_next_question_works(remote: Forwarder) -> None:
    sandbox = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    try:
        assert (await sandbox.run(Code("kept = 1"))).error is None
        remote.cut()
        lost = await sandbox.run(Code("kept"))
        error, notes = lost.error, lost.notes
        assert isinstance(error, SandboxError) or "without its variables" in str(notes)
        assert [o.data for o in (await sandbox.run(Code("40 + 2"))).outputs] == ["42"]
    finally:
        await sandbox.close()


@pytest.mark.docker
async def test_a_server_with_another_certificate_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
        certificates(folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(theirs / "server.pem", theirs / "server-key.pem")
    forwarder = Forwarder(context)
    monkeypatch.setenv("DOCKER_HOST", f"tcp://127.0.0.1:{forwarder.port}")
    monkeypatch.setenv("DOCKER_TLS_VERIFY", "1")
    monkeypatch.setenv("DOCKER_CERT_PATH", str(ours))
    sandbox = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    try:
        failure = (await sandbox.run(Code("1"))).error
        assert isinstance(failure, EngineUnavailable)
        assert "certificate" in str(failure)
    finally:
        await sandbox.close()
        forwarder.close()


# What Podman 4.3.1 says of a container that was made as `hardened(podman=True)` asks.
PODMAN = {
    "HostConfig": {
        "NetworkMode": "none",
        "IpcMode": "shareable",
        "ReadonlyRootfs": True,
        "Privileged": False,
        "CapDrop": "AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID "
        "SETPCAP SETUID SYS_CHROOT".split(),
        "CapAdd": [],
        "SecurityOpt": ["no-new-privileges", "seccomp=/opt/analyst/seccomp.json"],
        "PidsLimit": LIMITS.pids,
        "Memory": LIMITS.memory,
        "NanoCpus": int(LIMITS.cpus * 1e9),
        "Binds": ["/dev/shm/in:/in:ro,rprivate,rbind", "/dev/shm/out:/out:rw,rprivate,rbind"],
        "VolumesFrom": None,
        "Devices": [],
        "PidMode": "private",
        "UTSMode": "private",
        "UsernsMode": "",
        "LogConfig": {"Type": "none", "Config": None},
    },
    "Config": {"User": "10001:10001"},
    "Mounts": [
        {"Type": "bind", "Destination": "/in", "RW": False},
        {"Type": "bind", "Destination": "/out", "RW": True},
    ],
}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({}, ""),
        ({"CapDrop": ["NET_RAW"]}, "capabilities"),
        ({"CapAdd": ["SYS_ADMIN"]}, "capabilities"),
        ({"NetworkMode": "bridge"}, "network"),
        ({"PidMode": "host"}, "namespaces"),
        ({"IpcMode": "host"}, "ipc"),
        ({"SecurityOpt": ["no-new-privileges", "seccomp=unconfined"]}, "seccomp"),
        ({"Memory": 0}, "memory"),
    ],
)
def test_podman_is_understood_and_nothing_weaker_is_accepted(change: dict[str, object], named: str) -> None:
    asked = hardening.hardened("image", LIMITS, Mounts(Path("/dev/shm/in"), Path("/dev/shm/out")), podman=True)
    tmpfs = {path: f"{options},rprivate,tmpcopyup" for path, options in asked.host["tmpfs"].items()}
    found = {**PODMAN, "HostConfig": {**PODMAN["HostConfig"], "Tmpfs": tmpfs, **change}}  # type: ignore[dict-item]
    if not named:
        hardening.verify(asked, found)
        return
    with pytest.raises(NotIsolated, match=named):
        hardening.verify(asked, found)


@pytest.mark.docker
def test_an_engine_is_found_where_others_than_docker_put_their_socket(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As rootless Docker, Podman and Docker Desktop do; the first place holds something that does not answer."""
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "dead.sock").touch()
    (tmp_path / "podman").mkdir()
    (tmp_path / "podman" / "podman.sock").symlink_to("/var/run/docker.sock")
    places = (f"{tmp_path}/none.sock", f"{tmp_path}/dead.sock", "$XDG_RUNTIME_DIR/podman/podman.sock")
    monkeypatch.setattr(docker, "SOCKETS", places)
    assert docker.connect().ping()


@pytest.mark.docker
def test_the_context_of_the_docker_command_names_the_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forwarder = Forwarder()
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    (tmp_path / "config.json").write_text('{"currentContext": "elsewhere"}')
    meta = tmp_path / "contexts" / "meta" / hashlib.sha256(b"elsewhere").hexdigest()
    meta.mkdir(parents=True)
    endpoint = {"docker": {"Host": f"tcp://127.0.0.1:{forwarder.port}", "SkipTLSVerify": False}}
    (meta / "meta.json").write_text(json.dumps({"Name": "elsewhere", "Metadata": {}, "Endpoints": endpoint}))
    try:
        assert str(forwarder.port) in str(docker.connect().base_url)
        assert forwarder.connections
    finally:
        forwarder.close()
