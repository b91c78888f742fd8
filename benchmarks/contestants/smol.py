"""The Docker executor of smolagents: a Jupyter kernel gateway in a container, reached by a port of this machine."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

from serve import ENDLESS, LIMIT, serve
from smolagents.monitoring import AgentLogger, LogLevel
from smolagents.remote_executors import DockerExecutor

IMAGE = "analyst-bench-smolagents"


class Smolagents:
    def __init__(self) -> None:
        self.old: list[DockerExecutor] = []

    def open(self) -> None:
        self.executor = DockerExecutor(
            additional_imports=[],
            logger=AgentLogger(level=LogLevel.OFF),
            port=free_port(),
            image_name=IMAGE,
            build_new_image=False,
            container_run_kwargs={"stop_signal": "SIGKILL"},  # else stopping takes ten seconds; it is not timed here
        )

    def run(self, code: str) -> str:
        return str(self.executor.run_code_raise_errors(code).logs)

    def replace(self) -> None:
        self.old.append(self.executor)
        self.open()

    def overrun(self) -> None:
        def endless(executor: DockerExecutor) -> None:
            with contextlib.suppress(Exception):  # its container goes away
                executor.run_code_raise_errors(ENDLESS)

        threading.Thread(target=endless, args=(self.executor,), daemon=True).start()
        time.sleep(LIMIT)  # it has no limit of its own
        self.executor.cleanup()
        self.open()

    def tidy(self) -> None:
        for executor in self.old:
            executor.cleanup()
        self.old = []

    def close(self) -> None:
        self.old.append(self.executor)
        self.tidy()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


if __name__ == "__main__":
    serve(Smolagents())
