"""llm-sandbox on Docker, with what it needs in the image, so that it installs nothing: its fastest setting."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

from llm_sandbox import InteractiveSandboxSession, SandboxSession
from llm_sandbox.exceptions import SandboxTimeoutError
from serve import ENDLESS, LIMIT, serve

IMAGE = "analyst-bench-llm"
# Its containers do not end at SIGTERM, so closing one takes ten seconds by default; it is not timed here.
RUNTIME = {"stop_signal": "SIGKILL"}


class LLMSandbox:
    """Args:
    kind: The class of its sessions.
    """

    def __init__(self, kind: Any) -> None:
        self.kind = kind
        self.old: list[Any] = []

    def open(self) -> None:
        self.session = self.kind(
            lang="python", image=IMAGE, keep_template=True, skip_environment_setup=True, runtime_configs=dict(RUNTIME)
        )
        self.session.open()

    def run(self, code: str) -> str:
        said = self.session.run(code)
        assert said.exit_code == 0, said.stderr
        return str(said.stdout)

    def replace(self) -> None:
        self.old.append(self.session)
        self.open()

    def overrun(self) -> None:
        with contextlib.suppress(SandboxTimeoutError):
            said = self.session.run(ENDLESS, timeout=LIMIT)
            assert said.exit_code != 0, said
        self.session.close()  # the loop still runs in it
        self.open()

    def tidy(self) -> None:
        for session in self.old:
            session.close()
        self.old = []

    def close(self) -> None:
        self.old.append(self.session)
        self.tidy()


if __name__ == "__main__":
    serve(LLMSandbox({"plain": SandboxSession, "interactive": InteractiveSandboxSession}[sys.argv[1]]))
