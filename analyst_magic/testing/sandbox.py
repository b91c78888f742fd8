"""A sandbox for tests in which no code runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from ..errors import AnalystError, SandboxError
from ..packages import Packages
from ..sandbox.limits import Limits
from ..sandbox.provider import Handle, Mounts
from ..sandbox.request import CountRequest
from ..sandbox.session import Sandbox
from ..sources.files import DataFile
from ..sources.frames import Frame, to_frame
from ..turn import Code, Execution, Output

NAME = "fake"


class FakeSandbox(Sandbox):
    """A sandbox that runs no code: it gives the results that a test names. Needs neither Docker nor namespaces.

    Args:
        results: What code gives: a mapping from the code's text, or a function of the ``Code``. A result is a data
            frame, a text, the dictionary of a plotly figure, an ``Output``, a list of those, an ``AnalystError`` for a
            run that fails, or a whole ``Execution``.

    Attributes:
        results: Results by the text of their code, where they are a mapping; a test may add to it.
        codes: The code that came to be run, oldest first.
        frames: For each of them, the names of the frames that it got.

    Example:
        >>> import asyncio
        >>> sandbox = FakeSandbox({"1 + 1": "2"})
        >>> asyncio.run(sandbox.run(Code("1 + 1"))).outputs[0].data
        '2'
        >>> str(asyncio.run(sandbox.run(Code("2 + 2"))).error)
        "FakeSandbox has no result for the code '2 + 2'. Name one for it."
        >>> asyncio.run(sandbox.start()); sandbox.running
        True
        >>> asyncio.run(sandbox.run_apart(Code("1 + 1"))).outputs[0].data
        '2'
        >>> asyncio.run(sandbox.reset()); asyncio.run(sandbox.close()); sandbox.running
        False
    """

    def __init__(self, results: Mapping[str, object] | Callable[[Code], object] | None = None) -> None:
        super().__init__(_NothingRuns(), Limits())
        self._answer = results if callable(results) else None
        self.results: dict[str, object] = {} if results is None or callable(results) else dict(results)
        self._up = False
        self.codes: list[Code] = []
        self.frames: list[tuple[str, ...]] = []

    @property
    def running(self) -> bool:
        """Whether it was started, and not reset or closed since."""
        return self._up

    def offer(self, data: Iterable[DataFile]) -> None:
        """Nothing is shared."""

    async def start(self) -> None:
        """Be up; nothing starts."""
        self._up = True

    async def run(
        self,
        code: Code,
        frames: Sequence[Frame] = (),
        *,
        data: Mapping[str, DataFile] | None = None,
        file: str = "",
        template: bytes = b"",
        answer: str | None = None,
        show_last: bool = False,
        counts: Sequence[CountRequest] = (),
        timeout: float | None = None,
        on_progress: Callable[[str], None] = lambda text: None,
        on_print: Callable[[str], None] = lambda text: None,
    ) -> Execution:
        """The result that the test names for the code; a failed run where it names none."""
        self._up = True
        self.codes.append(code)
        self.frames.append((*(frame.name for frame in frames), *(data or {})))
        if self._answer is not None:
            return _execution(self._answer(code))
        if code.text not in self.results:
            reason = f"FakeSandbox has no result for the code {code.text!r}."
            return _execution(SandboxError(reason, "Name one for it."))
        return _execution(self.results[code.text])

    async def run_apart(
        self,
        code: Code,
        frames: Sequence[Frame] = (),
        *,
        data: Mapping[str, DataFile] | None = None,
        timeout: float = 0,
    ) -> Execution:
        """The same as ``run``, without a note of the code: what runs apart only counts rows."""
        codes, names = list(self.codes), list(self.frames)
        try:
            return await self.run(code, frames, data=data)
        finally:
            self.codes, self.frames = codes, names

    async def reset(self) -> None:
        """Be down again."""
        self._up = False

    async def close(self) -> None:
        """Be down; it can be used again."""
        self._up = False


class _NothingRuns:
    """The provider of a ``FakeSandbox``, which launches nothing."""

    name, image, notice = NAME, "", ""
    packages = Packages(local=True)
    isolation = "a fake for tests, in which no code runs"

    def prepare(self) -> None:
        """Nothing is needed."""

    async def launch(self, mounts: Mounts) -> Handle:
        raise SandboxError("A FakeSandbox runs no code.")


def _execution(result: object) -> Execution:
    if isinstance(result, Execution):
        return result
    if isinstance(result, AnalystError):
        return Execution(error=result, sandbox=NAME)
    values = result if isinstance(result, list | tuple) else [result]
    return Execution(tuple(_output(value) for value in values), sandbox=NAME)


def _output(value: Any) -> Output:
    if isinstance(value, Output):
        return value
    if isinstance(value, str):
        return Output("text", value, stream="result")
    if isinstance(value, dict):
        return Output("figure", value)
    return Output("table", value if isinstance(value, pa.Table) else to_frame("result", value).table)
