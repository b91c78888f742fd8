"""Ask your data frames in plain words; the code runs in a sandbox, never in your kernel.

In a notebook ``%load_ext analyst_magic``; in Python ``Analyst``; in a shell the command ``analyst``.
"""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from .analyst import Analyst
    from .errors import AnalystError
    from .settings import AnalystSettings
    from .turn import Question, Turn
    from .turn.investigation import Budget, Investigation, Plan, Step

_HOMES = {
    "Analyst": "analyst",
    "AnalystError": "errors",
    "AnalystSettings": "settings",
    "Budget": "turn.investigation",
    "Investigation": "turn.investigation",
    "Plan": "turn.investigation",
    "Question": "turn",
    "Step": "turn.investigation",
    "Turn": "turn",
}
__all__ = [
    "Analyst",
    "AnalystError",
    "AnalystSettings",
    "Budget",
    "Investigation",
    "Plan",
    "Question",
    "Step",
    "Turn",
    "__version__",
    "load_ipython_extension",
]


def __getattr__(name: str) -> Any:
    """The public names, imported when first used: the command line and the image build need little of it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


# A cell and the panel may load the extension at the same moment, on threads of their own. Both have to find one and the
# same; only ``%reload_ext``, which makes these names anew, loads it again.
_loading = threading.Lock()
_loaded: weakref.WeakSet[Any] = weakref.WeakSet()


def load_ipython_extension(shell: Any) -> None:
    """Called by ``%load_ext analyst_magic``. Does nothing where the shell has the extension already.

    Example:
        >>> from IPython.core.interactiveshell import InteractiveShell
        >>> shell = InteractiveShell()
        >>> load_ipython_extension(shell)
        >>> "analyst" in shell.magics_manager.magics["cell"]
        True
    """
    from .notebook.extension import load
    from .panel import register

    with _loading:
        if shell in _loaded:
            return
        extension = load(shell)
        register(shell, extension.analyst_of_shell, extension.turns_in_cells)
        _loaded.add(shell)


def _jupyter_labextension_paths() -> list[dict[str, str]]:
    """Where JupyterLab finds the side panel."""
    return [{"src": "labextension", "dest": "analyst-magic-lab"}]


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What the Jupyter Server loads."""
    return [{"module": "analyst_magic.server"}]
