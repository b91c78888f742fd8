"""The kernel's side of JupyterLab's side panel: the comm target ``analyst_magic``.

The panel asks the ``Analyst`` that the notebook's magics ask: one engine, one sandbox, one conversation, one lock. What
goes over the comm is held by ``tests/contract/*.json``, which the panel's own tests read too.
"""

from __future__ import annotations

from typing import Any

from ..analyst import Analyst
from .session import PanelSession

TARGET = "analyst_magic"


def register(shell: Any, analyst: Analyst) -> None:
    """Make the comm target known to a kernel; a shell without a kernel (IPython in a terminal) has no panel.

    Args:
        shell: The IPython shell, whose namespace holds the frames.
        analyst: Who answers: that of the shell's magics.
    """
    kernel = getattr(shell, "kernel", None)
    if kernel is not None:
        session = PanelSession(shell.user_ns, analyst)
        kernel.comm_manager.register_target(TARGET, session.opened)
