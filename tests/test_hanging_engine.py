"""An engine that takes a call and does not answer: each call has a limit, is told, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from conftest import containers, until

from analyst_magic.errors import EngineUnavailable
from analyst_magic.sandbox import docker, docker_client, leftovers
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code

SECONDS = 3.0
LIMITS = Limits(memory=700_000_000, timeout=20.0, disk=50_000_000, max_frame_bytes=50_000_000, engine_timeout=SECONDS)
CALLS = {
    "version": rb"GET \S*/version",
    "image": rb"GET \S*/images/\S*/json",
    "create": rb"POST \S*/containers/create",
    "inspect": rb"GET \S*/containers/\w+/json",
    "attach": rb"POST \S*/containers/\w+/attach",
    "start": rb"POST \S*/containers/\w+/start",
    "remove": rb"DELETE \S*/containers/",
}


class HangingProxy:
    """Stands between client and engine and stops answering at one call.

    Attributes:
        pattern: What the request begins with that is not answered; None where all are.
        deaf: Whether such a request does not even reach the engine; else its answer is lost.
        hung: Set once a request hangs.
    """

    def __init__(self, path: Path) -> None:
        self.pattern: bytes | None = None
        self.deaf = False
        self.hung = threading.Event()
        self._sockets: list[socket.socket] = []
        self._server = socket.socket(socket.AF_UNIX)
        self._server.bind(str(path))
        self._server.listen(50)
        threading.Thread(target=self._serve, daemon=True).start()

    def hang(self, call: str, *, deaf: bool) -> None:
        """From now on, do not answer a call."""
        self.hung.clear()
        self.deaf, self.pattern = deaf, CALLS[call]

    def answer(self) -> None:
        """From now on, answer again; what hangs already goes on to hang."""
        self.pattern = None

    def close(self) -> None:
        for end in [self._server, *self._sockets]:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near = self._server.accept()[0]
                far = socket.socket(socket.AF_UNIX)
                far.connect("/var/run/docker.sock")
                self._sockets += [near, far]
                lost = threading.Event()
                threading.Thread(target=self._ask, args=(near, far, lost), daemon=True).start()
                threading.Thread(target=self._tell, args=(near, far, lost), daemon=True).start()

    def _ask(self, near: socket.socket, far: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := near.recv(1 << 16):
                if not lost.is_set() and self.pattern and re.match(self.pattern, data):
                    lost.set()
                    self.hung.set()
                if not (lost.is_set() and self.deaf):
                    far.sendall(data)
        with contextlib.suppress(OSError):
            far.shutdown(socket.SHUT_WR)

    def _tell(self, near: socket.socket, far: socket.socket, lost: threading.Event) -> None:
        with contextlib.suppress(OSError):
            while data := far.recv(1 << 16):
                if not lost.is_set():
                    near.sendall(data)
        if not lost.is_set():
            with contextlib.suppress(OSError):
                near.shutdown(socket.SHUT_WR)


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch, sandboxes: set[str]) -> Iterator[HangingProxy]:
    with tempfile.TemporaryDirectory(prefix="analyst-proxy-") as folder:
        made = HangingProxy(Path(folder) / "docker.sock")
        monkeypatch.setenv("DOCKER_HOST", f"unix://{folder}/docker.sock")
        yield made
        made.close()
        monkeypatch.undo()


async def answers(sandbox: Sandbox) -> bool:
    return [o.data for o in (await sandbox.run(Code("40 + 2"))).outputs] == ["42"]


@pytest.mark.docker
@pytest.mark.parametrize("deaf", [False, True], ids=["answer lost", "request lost"])
@pytest.mark.parametrize("call", [call for call in CALLS if call != "remove"])
async def test_a_call_that_hangs_is_given_up_and_told_and_the_next_question_works(
    proxy: HangingProxy, sandboxes: set[str], call: str, deaf: bool
) -> None:
    patient = Sandbox(
        docker.DockerProvider(replace(LIMITS, engine_timeout=30.0)), LIMITS
    )  # the first start may take long
    sandbox = Sandbox(docker.DockerProvider(LIMITS), LIMITS)
    direct = docker.docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
    try:
        assert await answers(patient)
        proxy.hang(call, deaf=deaf)
        began = time.monotonic()
        failed = await sandbox.run(Code("1"))
        took = time.monotonic() - began
        assert proxy.hung.is_set(), failed.error
        assert isinstance(failed.error, EngineUnavailable)
        assert f"did not answer within {SECONDS:g} s" in str(failed.error)
        assert "docker info" in failed.error.next_step
        assert SECONDS <= took < SECONDS + 8
        proxy.answer()
        deadline = time.monotonic() + 60
        while not await answers(sandbox):  # a busy engine may take a call longer than the limit
            assert time.monotonic() < deadline, "no question works any more"
    finally:
        await patient.close()
        await sandbox.close()
    await until(lambda: containers(direct) <= sandboxes, 30, "a sandbox is left")


@pytest.mark.docker
@pytest.mark.parametrize("deaf", [False, True], ids=["answer lost", "request lost"])
async def test_a_removal_that_hangs_holds_nobody_up_and_is_done_later(
    proxy: HangingProxy, sandboxes: set[str], deaf: bool
) -> None:
    provider = docker.DockerProvider(LIMITS)
    direct = docker.docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
    client = provider.connect()
    client.timeout = SECONDS
    name = f"analyst-test-{time.monotonic_ns()}"  # that does not end by itself when its stream does
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": docker.owner.process_token()}
    direct.start(direct.create_container(docker.IMAGE, ["sleep", "600"], name=name, labels=labels)["Id"])
    container = docker.Container(client, name, leftovers=provider.leftovers)
    proxy.hang("remove", deaf=deaf)
    began = time.monotonic()
    with pytest.raises(EngineUnavailable, match="did not answer"):
        await asyncio.to_thread(container.remove)
    assert time.monotonic() - began < SECONDS + 8
    proxy.answer()
    await until(lambda: containers(direct) <= sandboxes, 30, "the sandbox is left")
    await until(lambda: not len(provider.leftovers), 30, "a removal is still open")


@pytest.mark.docker
async def test_a_sandbox_that_the_engine_makes_after_the_call_was_given_up_is_removed(
    proxy: HangingProxy, sandboxes: set[str]
) -> None:
    """As an engine does that was paused and goes on: it first answers that there is none of that name."""
    direct = docker.docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
    left = leftovers.Leftovers()
    name = f"analyst-test-{time.monotonic_ns()}"
    left.add(direct, name, exists=False)
    await asyncio.sleep(1.0)  # so that it was looked for in vain
    labels = {docker.LABEL: "sandbox", f"{docker.LABEL}.owner": docker.owner.process_token()}
    direct.create_container(docker.IMAGE, name=name, labels=labels)
    await until(lambda: containers(direct) <= sandboxes and not len(left), 30, "the sandbox is left")


@pytest.mark.docker
async def test_an_engine_that_hangs_does_not_hold_up_closing(proxy: HangingProxy, sandboxes: set[str]) -> None:
    sandbox = Sandbox(docker.DockerProvider(replace(LIMITS, engine_timeout=10.0)), LIMITS, spares=1)
    assert await answers(sandbox)
    proxy.hang("remove", deaf=True)
    began = time.monotonic()
    await sandbox.close()
    assert time.monotonic() - began < 20
    proxy.answer()
    direct = docker.docker.APIClient(base_url="unix:///var/run/docker.sock", version="auto")
    await until(lambda: containers(direct) <= sandboxes, 30, "a sandbox is left")


def test_an_engine_that_sends_a_byte_now_and_then_does_not_hold_its_caller(tmp_path: Path) -> None:
    """The limit of requests is one of each read."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def trickle() -> None:
            near = server.accept()[0]
            with near, contextlib.suppress(OSError):
                near.sendall(b"HTTP/1.1 200 OK\r\n")
                while not over.wait(0.2):
                    near.sendall(b"X-More: x\r\n")

        threading.Thread(target=trickle, daemon=True).start()
        client = docker_client.Engine(base_url=f"tcp://127.0.0.1:{server.getsockname()[1]}", version="1.41", timeout=1)
        began = time.monotonic()
        try:
            with pytest.raises(EngineUnavailable, match="within 1 s"):
                client.ping()
        finally:
            over.set()
        assert time.monotonic() - began < 3


def test_an_error_that_the_engine_does_not_finish_telling_does_not_hold_its_caller() -> None:
    """The body of a streamed answer, as that of attaching, is read after the call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        over = threading.Event()

        def refuse() -> None:
            near = server.accept()[0]
            with near, contextlib.suppress(OSError):
                near.sendall(b"HTTP/1.1 500 Error\r\nContent-Length: 1000\r\n\r\n")
                while not over.wait(0.2):
                    near.sendall(b" ")

        threading.Thread(target=refuse, daemon=True).start()
        client = docker_client.Engine(base_url=f"tcp://127.0.0.1:{server.getsockname()[1]}", version="1.41", timeout=1)
        began = time.monotonic()
        try:
            with pytest.raises(EngineUnavailable, match="within 1 s"):
                client.attach_socket("abc", params={"stdin": 1, "stream": 1})
        finally:
            over.set()
        assert time.monotonic() - began < 3


def test_an_engine_with_two_names_that_hangs_is_waited_for_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [tmp_path / "docker.sock", tmp_path / "of-the-desktop.sock"]
    names[1].symlink_to(names[0])
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.setattr(docker, "SOCKETS", [str(name) for name in names])
    calls: list[socket.socket] = []
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(names[0]))
        server.listen()

        def take() -> None:
            with contextlib.suppress(OSError):
                while True:
                    calls.append(server.accept()[0])

        threading.Thread(target=take, daemon=True).start()
        with pytest.raises(EngineUnavailable, match="did not answer within 1 s"):
            docker.connect(1.0)
        server.shutdown(socket.SHUT_RDWR)
    assert len(calls) == 1
    calls[0].close()


def test_a_late_answer_is_closed_and_the_callers_own_errors_come_through() -> None:
    late = threading.Event()
    closed: list[str] = []
    with pytest.raises(TimeoutError):
        docker_client.within(0.05, lambda: (late.wait(5), "answer")[1], closed.append)
    assert closed == []
    late.set()
    deadline = time.monotonic() + 5
    while closed != ["answer"]:
        assert time.monotonic() < deadline
        time.sleep(0.01)  # it settles in its own thread
    with pytest.raises(ZeroDivisionError):
        docker_client.within(5, lambda: 1 // 0, closed.append)
    assert docker_client.within(5, lambda: 42, lambda _: None) == 42


def test_a_removal_that_the_engine_is_at_already_is_waited_for_within_a_limit() -> None:
    class Busy(BaseHTTPRequestHandler):
        def do_DELETE(self) -> None:
            self.send_response(409)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def do_POST(self) -> None:
            over.wait(10)

        def log_message(self, *_: object) -> None:
            pass

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Busy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = docker_client.Engine(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41", timeout=1)
    try:
        left = leftovers.Leftovers()
        with pytest.raises(EngineUnavailable, match="takes long to remove"):
            docker.Container(client, "abc", leftovers=left).remove()
        assert len(left) == 1
    finally:
        over.set()
        server.shutdown()
        server.server_close()


def test_a_call_that_takes_its_time_by_nature_is_not_given_up_at_the_limit_of_the_others() -> None:
    """Pulling and building an image: Docker's client asks for no limit there."""

    class Slow(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            time.sleep(1.5)
            with contextlib.suppress(OSError):  # who asked has hung up
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    client = docker_client.Engine(base_url=f"tcp://127.0.0.1:{server.server_port}", version="1.41", timeout=0.5)
    try:
        assert client.get(f"{client.base_url}/slow", timeout=None).text == "OK"
        with pytest.raises(EngineUnavailable, match=r"did not answer within 0\.5 s"):
            client.get(f"{client.base_url}/slow")
    finally:
        server.shutdown()
        server.server_close()
