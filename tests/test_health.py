"""``/analyst/health`` with the real parts away: the engine, the queue and its workers, the disk."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis_server
import serving
from test_broker import Workers
from test_tasks import Service

DOCKER = Path("/var/run/docker.sock")
needs_redis = pytest.mark.skipif(
    bool(redis_server.WHY_MISSING) and not os.environ.get("CI"), reason=redis_server.WHY_MISSING
)


def start(stack: ExitStack, folder: Path, **environment: str) -> Service:
    root, runtime = folder / "root", folder / "runtime"
    root.mkdir()
    runtime.mkdir()
    settings = {"ANALYST_HISTORY_PATH": str(folder / "history" / "history.sqlite3"), "ANALYST_MODEL": "offline",
                "ANALYST_SPARES": "0", "ANALYST_SANDBOX": "local", **environment}  # fmt: skip
    extension = "--ServerApp.jpserver_extensions={'analyst_magic': True}"
    url = stack.enter_context(serving.jupyter("server", root, runtime, folder / "log", extension, **settings))
    return Service(url, root)


def until(service: Service, fits: Callable[[int, dict[str, Any]], bool]) -> dict[str, Any]:
    """What the server tells of its health once it is as wanted."""
    end = time.monotonic() + 90
    while time.monotonic() < end:
        status, health = service.ask("health")
        if fits(status, health):
            return dict(health)
        time.sleep(0.5)  # an answer is taken again for some seconds
    raise AssertionError((status, health))


def well(status: int, health: dict[str, Any]) -> bool:
    return status == 200 and health["status"] == "ok" and health["problems"] == []


def ill(part: str) -> Callable[[int, dict[str, Any]], bool]:
    return lambda status, health: status == 503 and [problem["part"] for problem in health["problems"]] == [part]


class Way(socketserver.ThreadingUnixStreamServer):
    """A way to the real engine that can be closed, as if the engine had been stopped."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        self.open: list[socket.socket] = []
        way = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                with socket.socket(socket.AF_UNIX) as engine:
                    engine.connect(str(DOCKER))
                    way.open += [engine, self.request]
                    back = threading.Thread(target=pump, args=(engine, self.request), daemon=True)
                    back.start()
                    pump(self.request, engine)
                    back.join()

        super().__init__(path, Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Nothing answers there any more."""
        self.shutdown()
        self.server_close()
        Path(str(self.server_address)).unlink()
        for end in self.open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


def pump(source: socket.socket, target: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


@pytest.mark.skipif(not DOCKER.is_socket(), reason="there is no Docker engine")
def test_an_engine_that_is_stopped_makes_the_service_unready_until_it_is_back(tmp_path: Path) -> None:
    path = str(tmp_path / "e.sock")
    way = Way(path)
    with ExitStack() as stack:
        service = start(stack, tmp_path, ANALYST_SANDBOX="docker", DOCKER_HOST=f"unix://{path}")
        until(service, well)
        way.close()
        health = until(service, ill("engine"))
        assert health["engine"] == "unreachable"
        assert "No Docker engine answers" in health["problems"][0]["message"]
        assert "Start Docker" in health["problems"][0]["next_step"]
        way = Way(path)
        assert until(service, well)["engine"] == "ok"
    way.close()


@needs_redis
def test_a_queue_without_a_broker_or_a_worker_is_told(tmp_path: Path) -> None:
    with redis_server.redis() as broker, ExitStack() as stack:
        service = start(stack, tmp_path, ANALYST_BROKER=broker.url)
        assert "No worker takes tasks" in until(service, ill("queue"))["problems"][0]["message"]
        workers = Workers(tmp_path, broker.url)
        stack.callback(lambda: [workers.kill(process) for process in workers.running])
        workers.start()
        assert until(service, well)["queue"] == "ok"
        broker.kill()
        health = until(service, ill("queue"))
        assert (health["queue"], health["engine"]) == ("unreachable", "unknown")
        assert "Redis" in health["problems"][0]["message"]
        assert "broker" in health["problems"][0]["next_step"]
        task = service.submit(code="6 * 7")  # it waits in the server
        broker.start()
        until(service, well)
        assert service.wait(task)["state"] == "done"


@needs_redis
@pytest.mark.skipif(not DOCKER.is_socket(), reason="there is no Docker engine")
def test_workers_that_have_no_engine_make_the_service_unready(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with redis_server.redis() as broker, ExitStack() as stack:
        monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
        workers = Workers(tmp_path, broker.url, sandbox="docker")
        stack.callback(lambda: [workers.kill(process) for process in workers.running])
        workers.start()
        service = start(stack, tmp_path, ANALYST_BROKER=broker.url)
        assert "No Docker engine answers" in until(service, ill("engine"))["problems"][0]["message"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real disk of 120 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=120m", "tmpfs", str(place)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_told_and_what_waits_goes_on_once_there_is_room(tmp_path: Path, small_disk: Path) -> None:
    with ExitStack() as stack:
        service = start(stack, tmp_path, ANALYST_HISTORY_PATH=str(small_disk / "history.sqlite3"),
                        ANALYST_TASK_KERNELS="1", ANALYST_LOG_PATH=str(tmp_path / "turns.log"))  # fmt: skip
        until(service, well)
        running = service.submit(code="import time\ntime.sleep(5)\n6 * 7")
        service.wait(running, {"running"})
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            for size in (1_000_000, 4096):
                with contextlib.suppress(OSError):
                    while True:
                        file.write(b"x" * size)
        assert not (tmp_path / "turns.log").exists(), "the code ended before the disk was full"
        health = until(service, ill("disk"))
        assert health["disk"] == "full"
        assert str(small_disk) in health["problems"][0]["message"]
        assert "Free some space" in health["problems"][0]["next_step"]
        status, refused = service.ask("tasks", "POST", {"code": "1"})
        assert (status, "cannot be written" in refused["message"]) == (503, True), refused
        deadline = time.monotonic() + 60
        while not (tmp_path / "turns.log").exists():  # the code ends while nothing can be written of it
            assert time.monotonic() < deadline
            time.sleep(0.05)
        ballast.unlink()
        until(service, well)
        assert service.wait(running)["state"] == "done"
        assert service.wait(service.submit(code="1 + 1"))["state"] == "done"


def test_a_store_that_is_gone_is_told(tmp_path: Path) -> None:
    with ExitStack() as stack:
        service = start(stack, tmp_path)
        until(service, well)
        shutil.rmtree(tmp_path / "history")
        assert "is gone" in until(service, ill("disk"))["problems"][0]["message"]


def test_a_kernel_that_cannot_run_tasks_is_told(tmp_path: Path) -> None:
    kernel = tmp_path / "data" / "kernels" / "python3"
    kernel.mkdir(parents=True)
    spec = {"argv": [sys.executable, "-c", "raise SystemExit(1)", "{connection_file}"], "display_name": "x"}
    (kernel / "kernel.json").write_text(json.dumps({**spec, "language": "python"}))
    with ExitStack() as stack:
        service = start(stack, tmp_path, JUPYTER_PATH=str(tmp_path / "data"), JUPYTER_PREFER_ENV_PATH="0")
        assert until(service, ill("engine"))["problems"][0]["next_step"]
