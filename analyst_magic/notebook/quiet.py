"""Errors whose reader has seen them in quiet words: the cell fails, so that what follows does not run, without red."""

from __future__ import annotations

from types import TracebackType
from typing import Any

from ..errors import Abstained, AnalystError, Stopped


def keep_quiet(shell: Any) -> None:
    """Have a shell leave out the traceback of what was shown already."""
    shell.set_custom_exc((Abstained, Stopped), _shown)


def _shown(
    shell: Any, kind: type[AnalystError], error: AnalystError, traceback: TracebackType, tb_offset: int | None = None
) -> list[str]:
    """Called by IPython in place of its traceback; what was not shown yet is shown as ever."""
    if not error.displayed:
        shell.showtraceback((kind, error, traceback))
    shell._last_traceback = lines = error._render_traceback_()
    return lines
