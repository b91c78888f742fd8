"""The kernel's side of JupyterLab's side panel, the comm target ``analyst_magic``, and of the tables in cells.

The panel asks the ``Analyst`` that the notebook's magics ask: one engine, one sandbox, one conversation, one lock. What
goes over the comm is held by ``tests/contract/*.json``, which the panel's own tests read too.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..analyst import Analyst
    from ..engine.in_cells import TurnsInCells
    from .session import PanelSession

TARGET = "analyst_magic"
TABLES = "analyst_magic_tables"
"""The target of the tables and figures of answers."""


def register(shell: Any, analyst: Callable[[], Analyst], in_cells: Callable[[], TurnsInCells]) -> None:
    """Make the comm target known to a kernel; a shell without a kernel (IPython in a terminal) has no panel.

    Args:
        shell: The IPython shell, whose namespace holds the frames.
        analyst: Gives who answers, which is that of the shell's magics. Called when a page first opens the panel, as
            it takes a while to load.
        in_cells: Gives the turns that the shell's cells asked; called then, too.
    """
    kernel = getattr(shell, "kernel", None)
    if kernel is None:
        return

    one_at_a_time = threading.Lock()  # pages may open the panel at the same moment, on threads of their own

    @cache
    def make() -> PanelSession:
        given = analyst(), in_cells()  # first, as it waits for the thread that loads modules
        from .session import PanelSession

        return PanelSession(shell.user_ns, *given)

    def session() -> PanelSession:
        with one_at_a_time:
            return make()

    kernel.comm_manager.register_target(TARGET, lambda comm, message: session().opened(comm, message))
    kernel.comm_manager.register_target(TABLES, lambda comm, message: _tables_opened(comm, analyst))


def _tables_opened(comm: Any, analyst: Callable[[], Analyst]) -> None:
    from .tables import opened  # what reads Arrow takes a while to load

    opened(comm, lambda: analyst().lock)
