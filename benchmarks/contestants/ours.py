"""The sandbox of this project: ``Sandbox`` without and with a warm spare, and ``Analyst`` as users meet it."""

from __future__ import annotations

import asyncio
import sys

from serve import ENDLESS, LIMIT, serve

from analyst_magic import Analyst
from analyst_magic.errors import RunTimeout
from analyst_magic.sandbox.docker import DockerProvider
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.turn import Code, Execution


class Ours:
    """Args:
    spares: How many warm sandboxes it keeps ready.
    """

    def __init__(self, spares: int) -> None:
        self.spares = spares
        self.loop = asyncio.Runner()

    def open(self) -> None:
        limits = Limits()
        self.sandbox = Sandbox(DockerProvider(limits), limits, spares=self.spares)

    def execute(self, code: str, timeout: float | None = None) -> Execution:
        return self.loop.run(self.sandbox.run(Code(code), timeout=timeout))

    def run(self, code: str) -> str:
        execution = self.execute(code)
        assert execution.error is None, execution.error
        return str(execution.outputs[0].data)

    def replace(self) -> None:
        self.loop.run(self.sandbox.reset())

    def overrun(self) -> None:
        assert isinstance(self.execute(ENDLESS, LIMIT).error, RunTimeout)

    def tidy(self) -> None:
        async def ready() -> None:
            while self.sandbox.spares < self.spares:
                await asyncio.sleep(0.05)

        self.loop.run(asyncio.wait_for(ready(), 60))

    def close(self) -> None:
        self.loop.run(self.sandbox.close())


class Whole:
    """``Analyst.run``, from the call to its ``Turn``, as a notebook has it."""

    def open(self) -> None:
        self.analyst = Analyst(sandbox="docker")

    def run(self, code: str) -> str:
        turn = self.analyst.run(code)
        assert turn.ok, turn.error
        return turn.results[0].text

    def replace(self) -> None:
        self.analyst.reset()

    def overrun(self) -> None:
        assert isinstance(self.analyst.run(ENDLESS, timeout=LIMIT).error, RunTimeout)

    def tidy(self) -> None:
        pass

    def close(self) -> None:
        self.analyst.close()


if __name__ == "__main__":
    serve(Whole() if sys.argv[1] == "analyst" else Ours(int(sys.argv[1])))
