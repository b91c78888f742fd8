"""Asking the user, in the notebook, before code of an agent runs."""

from __future__ import annotations

import importlib.util
import threading
from typing import Any

from IPython.display import display

from ..engine.job import Event
from ..errors import UnknownOption
from ..language import message
from .background import NOTHING
from .confirm import asked


class Approval:
    """A place below the cell that started the server, where code with Run, Edit and Cancel appears.

    Calls that want to run at the same time wait: one sandbox runs one after the other.

    Raises:
        UnknownOption: The buttons need ipywidgets, which is not installed.
    """

    def __init__(self) -> None:
        if importlib.util.find_spec("ipywidgets") is None:
            raise UnknownOption(message("approve needs ipywidgets."), message("Install it, or leave approve out."))
        self._handle: Any = display(NOTHING, raw=True, display_id=True)
        self._lock = threading.Lock()

    def __call__(self, event: Event) -> None:
        """Show the code of an event, and take it away once the user, or the agent, has ended the wait."""
        assert event.answer is not None
        with self._lock:
            self._handle.update(asked(event))
        event.answer.add_done_callback(lambda _: self._handle.update(NOTHING, raw=True))
