"""A look at data before any question, and expectations that it has to meet."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ..engine.job import Listener
from ..profiling.expectations import CheckReport
from ..profiling.look import Look
from ..profiling.profile import Profile
from ..turn import Code, Question, Turn
from .asking import Asking


class DataChecks(Asking):
    """Profiles data and holds expectations against it, without a model."""

    def profile(
        self,
        data: object,
        frames: Mapping[str, object] | None = None,
        *,
        compare: object = None,
        connections: Mapping[str, object] | None = None,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> Profile:
        """Look at data before any question: types, missing values, distributions, keys, joins, and what is suspicious.

        It runs in the sandbox. No model is asked, and nothing of it is told to one later.

        Args:
            data: A frame, a ``Path`` of a data file, or the name of either, or of a table, in the scope.
            frames, connections: The scope, as for ``ask``: keys are matched with the other frames in it.
            compare: An earlier state of the data to compare with: a frame, a ``Path``, or a name in the scope.
            listen, options: As for ``ask``.

        Raises:
            AnalystError: There is no such data, or it cannot be read.

        Example:
            >>> from analyst_magic import Analyst
            >>> import json, pandas as pd
            >>> from analyst_magic.testing import FakeSandbox
            >>> records = pd.DataFrame({"record": [json.dumps({"part": "frame", "name": "data", "rows": 3})]})
            >>> with Analyst(sandbox=FakeSandbox(lambda code: records), model="offline") as analyst:
            ...     analyst.profile(pd.DataFrame({"price": [1, 2, 2]})).rows
            3
        """
        return Look.of(data, frames, connections, compare).profile(self._running(options, listen))

    def check(
        self,
        data: object,
        expectations: str | os.PathLike[str],
        frames: Mapping[str, object] | None = None,
        *,
        listen: Listener = lambda event: None,
        **options: Any,
    ) -> CheckReport:
        """Hold a file of expectations against data, in the sandbox and without a model.

        Args:
            data: A frame, a ``Path`` of a data file, or the name of either in ``frames``.
            expectations: A YAML file as pandera writes a ``DataFrameSchema``; ``analyst check`` drafts one.
            frames, listen, options: As for ``ask``.

        Raises:
            AnalystError: There is no such data, or the file cannot be used.

        Example:
            >>> from analyst_magic import Analyst
            >>> import json, pathlib, tempfile, pandas as pd
            >>> from analyst_magic.testing import FakeSandbox
            >>> path = pathlib.Path(tempfile.mkdtemp()) / "sales.yaml"
            >>> size = path.write_text("columns: {price: {checks: {greater_than: 0}}}")
            >>> record = {"column": "price", "check": "greater_than 0", "ok": True, "broken": 0, "rows": 3,
            ...           "examples": [], "note": "", "warning": False}
            >>> sent = pd.DataFrame({"record": [json.dumps(record)]})
            >>> with Analyst(sandbox=FakeSandbox(lambda code: sent), model="offline") as analyst:
            ...     print(analyst.check(pd.DataFrame({"price": [1, 2, 2]}), path))
            data meets 1 expectation.
        """
        return Look.of(data, frames).check(Path(expectations), self._running(options, listen))

    def _running(self, options: Mapping[str, Any], listen: Listener) -> Callable[[Code, Mapping[str, object]], Turn]:
        """What runs a program of ours, which is no part of the history."""

        def run(code: Code, sources: Mapping[str, object]) -> Turn:
            question = Question(code.text, language=code.language, code=code)
            return self.ask(question, sources, listen=listen, **{**options, "history": False})

        return run
