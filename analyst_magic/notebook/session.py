"""The state of one notebook: its ``Analyst``, lock, history, conversations and background questions."""

from __future__ import annotations

import contextlib
import getpass
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from IPython.core.error import StdinNotImplementedError

from .. import display
from ..analyst import Analyst
from ..commands.mcp import NotebookServer
from ..commands.results import described, value_of
from ..display import Background, InvestigationDisplay, Progress
from ..display.approval import Approval
from ..display.own_cells import OwnCell
from ..engine.background import BackgroundJob
from ..engine.in_cells import TurnsInCells
from ..engine.job import Confirm
from ..errors import AnalystError, InputError, UnknownOption
from ..history.lock import NAME as LOCK
from ..history.lock import LockFile
from ..history.store import History, history_path
from ..language import message, tr
from ..settings import AnalystSettings
from ..turn import Question, Turn
from .cell import Cells
from .options import CellOptions
from .scope import find_scope

NOTES_FILE = "analyst.md"
"""The user's notes beside the notebook: what columns mean, which rules apply."""


class NotebookSession:
    """Asks questions about the variables of a notebook, and shows their answers in it.

    Args:
        shell: The IPython shell. An answer becomes its variable ``_analyst``, and the one that ``-o`` names.
        settings: The settings of the notebook.
        folder: The notebook's folder, with its lock file and notes.

    Attributes:
        cells: What the cells have settled so far: the thread, what each thread remembers, and the last question.
        jobs: The questions that were asked in the background.
        in_cells: The turns that cells asked, for the side panel.
        agents: The MCP server by which agents work with the notebook's data.
    """

    def __init__(self, shell: Any, settings: AnalystSettings, folder: Path) -> None:
        self._shell, self.settings, self.folder = shell, settings, folder
        self.lock = LockFile(folder / LOCK)
        self.history = History(history_path(settings.history_path), settings.history_days)
        self.analyst = Analyst(settings=settings, ask_key=ask_key, lock=self.lock, history=self.history,
                               notes=folder / NOTES_FILE, folder=folder)  # fmt: skip
        self.cells = Cells()
        self.jobs: list[BackgroundJob] = []
        self.in_cells = TurnsInCells()
        self.agents = NotebookServer(self._analyst_of_agents, self._scope_of_agents, Approval)

    @property
    def namespace(self) -> dict[str, object]:
        """The notebook's variables."""
        variables: dict[str, object] = self._shell.user_ns
        return variables

    @property
    def in_notebook(self) -> bool:
        """Whether a front end shows HTML: the shell is that of a kernel."""
        return getattr(self._shell, "kernel", None) is not None

    @property
    def last_turn(self) -> Turn | None:
        """The turn of ``_analyst``, which may be a question in the background."""
        value = self.namespace.get("_analyst")
        turn = value.turn if isinstance(value, BackgroundJob) else value
        return turn if isinstance(turn, Turn) else None

    def answer(
        self,
        question: Question,
        frames: dict[str, object],
        chosen: dict[str, Any],
        output: str | None = None,
        *,
        fresh: bool = False,
        confirm: Confirm | None = None,
    ) -> None:
        progress = Progress()
        try:
            turn = self.analyst.ask(question, frames, fresh=fresh, confirm=confirm, listen=progress, **chosen)
        except AnalystError as error:
            progress.stop(error)
            raise
        self.show(turn, progress)
        if output:
            value = self.namespace[output] = value_of(turn, output)
            display.show_note(tr("The variable {name} holds this answer: {what}.", name=output, what=described(value)))

    def investigate(
        self, question: Question, frames: dict[str, object], chosen: dict[str, Any], options: CellOptions
    ) -> None:
        """Investigate a question, and show plan, steps and findings; the investigation becomes ``_investigation``."""
        cell = self._cell()

        def on_turn(turn: Turn) -> None:
            self.namespace["_analyst"] = turn
            self.in_cells.add(cell, turn)

        output = InvestigationDisplay(on_turn)
        approve = None if options.yes or options.frozen or self.settings.frozen else display.approve_plan
        try:
            done = self.analyst.investigate(question, frames, budget=options.budget, fresh=options.fresh,
                                            approve=approve, listen=output, **chosen)  # fmt: skip
        except AnalystError as error:
            output.stop(error)
            raise
        self.namespace["_investigation"] = done
        output.finish(done)
        if done.error is not None:
            raise done.error

    def show(self, turn: Turn, progress: Progress) -> None:
        """Display a turn, which becomes ``_analyst``; its error is raised."""
        progress.finish(turn)
        self.namespace["_analyst"] = turn
        display.show(turn)
        self.in_cells.add(self._cell(), turn)
        if turn.error is not None:
            turn.error.displayed = display.is_quiet(turn.error)
            raise turn.error

    def submit(
        self, question: Question, frames: dict[str, object], chosen: dict[str, Any], options: CellOptions
    ) -> None:
        if options.confirm and importlib.util.find_spec("ipywidgets") is None:
            raise UnknownOption(
                message("--confirm with --background needs ipywidgets."), message("Install it, or leave one out.")
            )
        output, cell = Background(lambda: job.cancel()), self._cell()
        job = self.analyst.submit(
            question, frames, fresh=options.fresh, confirm=options.confirm, listen=output, **chosen
        )
        self.jobs.append(job)
        self.namespace["_analyst"] = job

        def on_end(job: BackgroundJob) -> None:
            error = None
            try:
                job.wait(0)
            except (AnalystError, TimeoutError) as failure:
                error = failure
            turn = job.turn
            if turn is not None and turn.ok and options.output:
                with contextlib.suppress(InputError):
                    self.namespace[options.output] = value_of(turn, options.output)
            output.finish(turn, error)
            if turn is not None:
                self.in_cells.add(cell, turn)

        job.when_over(on_end)

    def ran(self, number: int | None) -> OwnCell:
        """A cell that has run, by its number in the kernel; the last one where none is given.

        Raises:
            InputError: There is none.
        """
        history, last = self._shell.history_manager.input_hist_raw, self._shell.last_execution_result
        raw = last.info.raw_cell if last is not None and number is None else None
        if number is not None and 0 < number < len(history):
            raw = history[number]
        if not raw:
            which = (
                message("No cell has run as number {which} in this kernel.", which=str(number))
                if number
                else message("No cell has run yet in this kernel.")
            )
            raise InputError(
                which,
                message("Run it first, or name a file and a cell: analysis.ipynb 3."),
            )
        error = (last.error_in_exec or last.error_before_exec) if last and last.info.raw_cell == raw else None
        return OwnCell(str(raw), (type(error).__name__, str(error)) if error is not None else None)

    def put_below(self, code: str) -> None:
        """Put code into a new cell below the one that runs."""
        self._shell.set_next_input(code)

    def _cell(self) -> str:
        """The id of the notebook's cell that runs, as the front end names it; empty where it does not."""
        kernel = getattr(self._shell, "kernel", None)
        if kernel is None:
            return ""
        return str((kernel.get_parent("shell").get("metadata") or {}).get("cellId") or "")

    def _analyst_of_agents(self) -> Analyst:
        """Who answers agents: with the notebook's settings as they are at each call, and a sandbox of its own."""
        return Analyst(settings=self.settings, lock=self.lock, history=self.history,
                       notes=self.folder / NOTES_FILE, folder=self.folder)  # fmt: skip

    def _scope_of_agents(self) -> dict[str, object]:
        """What agents can use, read in another thread while cells may run."""
        return dict(find_scope(dict(self.namespace)).frames)

    def scope(self, names: Sequence[str] = ()) -> dict[str, object]:
        """The frames that a question may use; a registered file that cannot be read is reported."""
        scope = find_scope(self.namespace, names)
        for note in scope.notes:
            print(note)
        return dict(scope.frames)


def ask_key(prompt: str) -> str:
    """What the user types, unseen; empty where nobody can be asked, as when a program, or the panel, asks."""
    if threading.current_thread() is not threading.main_thread():
        return ""
    try:
        return getpass.getpass(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return ""
