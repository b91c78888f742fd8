"""Warnings of Python come as a stream of their own, each once, without paths; the rest of stderr stays where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator

import numpy as np
import pandas as pd
import pytest
import pytest_asyncio
from conftest import make_provider

from analyst_magic.sandbox.firewall.admit import admit
from analyst_magic.sandbox.firewall.collect import Collector
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.messages import Message
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.turn import Code

LIMITS = Limits(memory=1_500_000_000, timeout=60.0)
WIDE = pd.DataFrame(np.zeros((4, 303)), columns=[f"S{i:03}" for i in range(303)])
one_sandbox = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(
    params=["local", pytest.param("docker", marks=pytest.mark.docker)], scope="module", loop_scope="module"
)
async def sandbox(request: pytest.FixtureRequest) -> AsyncIterator[Sandbox]:
    made = Sandbox(make_provider(request.param, LIMITS), LIMITS)
    yield made
    await made.close()


async def streams(sandbox: Sandbox, code: str, **frames: pd.DataFrame) -> dict[str, str]:
    """The text of each stream of a run."""
    execution = await sandbox.run(Code(code), [to_frame(name, frame) for name, frame in frames.items()])
    assert execution.error is None, execution.error
    texts: dict[str, str] = {}
    for output in execution.outputs:
        texts[output.stream] = texts.get(output.stream, "") + str(output.data)
    return texts


@one_sandbox
@pytest.mark.parametrize(
    ("code", "warned"),
    [
        ("import warnings\nwarnings.warn('mind the gap')", "UserWarning: mind the gap\n"),
        ("import warnings\nfor i in range(5): warnings.warn('same')", "UserWarning: same\n"),
        (
            "import warnings\nwarnings.simplefilter('always')\nfor i in range(5): warnings.warn('same')",
            "UserWarning: same\n",
        ),
        ("import warnings\nwarnings.warn('old', DeprecationWarning)", "DeprecationWarning: old\n"),
        (
            "import warnings\nwarnings.warn('soon', FutureWarning)\nwarnings.warn('b')",
            "FutureWarning: soon\nUserWarning: b\n",
        ),
        ("import numpy as np\nx = np.array([1.0]) / 0", "RuntimeWarning: divide by zero encountered in divide\n"),
        (
            "import warnings\nwarnings.warn('in /usr/lib/python3/site-packages/pandas/core/frame.py:12')",
            "UserWarning: in frame.py\n",
        ),
        ("import warnings\nwarnings.warn('see <ipython-input-1-0a1b2c3d>:3')", "UserWarning: see the code\n"),
        (
            "import warnings\nwith warnings.catch_warnings():\n"
            "    warnings.simplefilter('ignore')\n    warnings.warn('x')",
            None,
        ),
        ("import warnings\nwith warnings.catch_warnings(record=True) as found:\n    warnings.warn('x')", None),
        ("class Odd(UserWarning): pass\nimport warnings\nwarnings.warn('a\\x1b[31mb', Odd)", "Odd: ab\n"),
    ],
)  # fmt: skip
async def test_a_warning_is_told_once_and_without_its_place(sandbox: Sandbox, code: str, warned: str | None) -> None:
    texts = await streams(sandbox, code)
    assert texts.get("warnings") == warned
    assert "stderr" not in texts


@one_sandbox
async def test_the_next_run_warns_again_and_stderr_stays(sandbox: Sandbox) -> None:
    code = "import sys, warnings\nwarnings.simplefilter('always')\nwarnings.warn('w')\nprint('e', file=sys.stderr)"
    for _ in range(2):
        assert await streams(sandbox, code) == {"warnings": "UserWarning: w\n", "stderr": "e\n"}


@one_sandbox
async def test_many_warnings_are_few(sandbox: Sandbox) -> None:
    code = (
        "import warnings\nwarnings.simplefilter('always')\nfor i in range(500): warnings.warn(f'{i} ' + 'x' * 10_000)"
    )
    warned = (await streams(sandbox, code))["warnings"]
    assert 10 < warned.count("UserWarning") <= 50
    assert len(warned) < 70_000


@one_sandbox
async def test_a_wide_frame_of_the_host_is_not_called_fragmented(sandbox: Sandbox) -> None:
    fragments = "import pandas as pd\ndf = pd.DataFrame()\nfor i in range(200): df[f'x{i}'] = [1]"
    assert "highly fragmented" in (await streams(sandbox, fragments))["warnings"]
    assert "warnings" not in await streams(sandbox, "wide = wide.assign(m=1)\nwide['n'] = 2\nwide.shape", wide=WIDE)


def test_no_other_stream_comes_through() -> None:
    collector = Collector(LIMITS)
    for name in ("warnings", "result", "", "STDOUT", 5, None):
        collector.add(Message("stream", "", {"name": name, "text": f"{name}\n"}))
    outputs, _, _ = admit(collector.collected, LIMITS)
    assert [(output.kind, output.stream, output.data) for output in outputs] == [("text", "warnings", "warnings\n")]
