"""``%%analyst`` and ``%analyst``: parse what the user wrote, call ``Analyst`` or a command, display the result."""

from __future__ import annotations

import shlex
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from IPython.display import display

from ..analyst import Analyst
from ..commands import check, profile, snippets
from ..commands.connections import connect, connection_checks, disconnect, tables
from ..commands.data import data, list_frames
from ..commands.definitions import define, definitions, verify
from ..commands.documents import documents
from ..commands.history import history, replay, turn_number
from ..commands.investigation import list_investigations
from ..commands.jobs import list_jobs, stop
from ..commands.listing import Listing
from ..commands.lock import lock
from ..commands.models import key, list_models
from ..commands.prompt import show_prompt
from ..commands.status import status
from ..commands.table import find_command, split_action, wrong_arguments
from ..commands.threads import thread
from ..display import Progress, confirm
from ..display.investigation_notebook import save
from ..documents import Store
from ..errors import AnalystError, EmptyQuestion, InputError
from ..history.snippets import Snippets
from ..language import localize, message
from ..settings import AnalystSettings
from ..turn.investigation import Investigation
from . import cell_commands
from .cell import after_command, read_magic, read_question, refine
from .cell_commands import Output
from .session import NotebookSession, ask_key
from .usage import help_text


class AnalystMagics:
    """What ``%%analyst`` and ``%analyst`` do in one IPython shell.

    Args:
        shell: The shell.
        settings: Those that ``%config AnalystSettings`` changes.
        folder: The notebook's folder, with its lock file and notes.
    """

    def __init__(self, shell: Any, settings: AnalystSettings, folder: Path) -> None:
        self.session = NotebookSession(shell, settings, folder)

    def run_magic(self, line: str, cell: str | None = None) -> None:
        """Ask the question of a cell, or run the command of a line.

        Raises:
            AnalystError: The line or the cell cannot be used, or the question failed.
        """
        if cell is not None:
            self._ask(line, cell)
            return
        name, _, rest = line.strip().partition(" ")
        command = find_command(name or "help", "notebook")
        if command.actions:
            output = self._families[command.name](*split_action(command, _words(rest), "notebook"))
        else:
            output = self._commands[command.name](rest.strip())
        self.session.cells = after_command(line, self.session.cells)
        for text in [output] if isinstance(output, str) else output:
            self._say(text)

    def _say(self, text: str) -> None:
        """A list is a table in a notebook, and aligned text in a terminal; all else is text."""
        if isinstance(text, Listing) and self.session.in_notebook:
            display({"text/html": text.page, "text/plain": str(text)}, raw=True)
        else:
            print(localize(text), flush=True)

    @property
    def _commands(self) -> dict[str, Callable[[str], Output]]:
        """The commands without actions, by name; each takes the text that follows."""
        return {
            "help": lambda rest: help_text(),
            "refine": self._refine,
            "status": lambda rest: status(self.session.analyst, self.session.lock, self.session.history),
            "doctor": lambda rest: self._doctor(),
            "frames": lambda rest: list_frames(self.session.scope()),
            "context": lambda rest: show_prompt(
                self.session.analyst, read_question(rest or "(your question)"), self.session.scope(), {}
            ),
            "profile": self._profile,
            "check": lambda rest: str(
                check.check(self.session.analyst, check.read_request(_words(rest)), self.session.scope())
            ),
            "explain": lambda rest: cell_commands.explain(self.session, _words(rest)),
            "fix": lambda rest: cell_commands.fix(self.session, _words(rest)),
            "document": lambda rest: cell_commands.document(self.session, _words(rest)),
            "jobs": lambda rest: list_jobs(self.session.jobs),
            "stop": lambda rest: stop(self.session.jobs),
            "models": lambda rest: list_models(self.session.analyst),
            "key": lambda rest: key(_words(rest), ask_key),
            "connect": lambda rest: connect(_words(rest), ask_key),
            "define": lambda rest: define(rest, *self._definitions),
            "verify": lambda rest: verify(rest, self.session.last_turn, *self._definitions),
            "disconnect": lambda rest: disconnect(_words(rest)),
            "tables": lambda rest: tables(_words(rest), self.session.scope()),
            "reset": lambda rest: self._reset(),
        }

    @property
    def _families(self) -> dict[str, Callable[[str, list[str]], Output]]:
        """The commands with actions, by name; each takes the action and the words that follow."""
        return {
            "data": data,
            "definitions": lambda action, words: definitions(action, words, *self._definitions),
            "history": self._history,
            "documents": self._documents,
            "investigation": self._investigation,
            "snippets": self._snippets,
            "lock": lambda action, words: lock(self.session.lock, action),
            "thread": self._thread,
            "mcp": self._mcp,
        }

    @property
    def _definitions(self) -> tuple[Path, str, dict[str, object]]:
        """Where definitions lie, and the data that they can be about."""
        return self.session.folder, self.session.settings.definitions, self.session.scope()

    def _ask(self, line: str, cell: str) -> None:
        cells = self.session.cells.in_thread(self.session.analyst.thread)  # the user may have set it in Python
        asked, self.session.cells = read_magic(line, cell, cells)
        if not asked.text:
            raise EmptyQuestion(
                message("The question is empty."), message("Write what you want to know below the %%analyst line.")
            )
        question, options = asked.question(), asked.options
        frames = self.session.scope(options.frame)
        chosen = {name: getattr(options, name) for name in ("model", "privacy", "frozen") if getattr(options, name)}
        chosen |= {"history": False} if options.history is False else {}
        if options.dry_run:
            print(show_prompt(self.session.analyst, question, frames, chosen))
            return
        try:
            if options.investigate:
                self.session.investigate(question, frames, chosen, options)
            elif options.background:
                self.session.submit(question, frames, chosen, options)
            else:
                confirmed = confirm if options.confirm else None
                self.session.answer(question, frames, chosen, options.output, fresh=options.fresh, confirm=confirmed)
        except AnalystError as error:
            if options.debug:
                traceback.print_exception(error.__cause__ or error)
            raise

    def _refine(self, text: str) -> Output:
        """Ask the last question again, changed: ``%analyst refine make it monthly``."""
        asked, self.session.cells = refine(text, self.session.cells.in_thread(self.session.analyst.thread))
        self.session.answer(asked.question(), self.session.scope(), {})
        return ()

    def _profile(self, rest: str) -> Output:
        """Look at data, and show the page: ``%analyst profile sales --compare last_month``."""
        request = profile.read_request(_words(rest))
        found = profile.profile(self.session.analyst, request, self.session.scope())
        display(found)
        return profile.saved(found, request.output) if request.output else ()

    def _history(self, action: str, words: list[str]) -> Output:
        if action == "replay":
            frames = self.session.scope()
            self.session.answer(replay(self.session.history, turn_number(action, words), frames), frames, {})
            return ()
        return history(self.session.history, action, words, self.session.settings.history_days)

    def _documents(self, action: str, words: list[str]) -> Output:
        return documents(Store(Path(self.session.settings.output_directory)), action, words)

    def _investigation(self, action: str, words: list[str]) -> Output:
        if action == "list":
            return list_investigations(self.session.history)
        made = self.session.namespace.get("_investigation")
        if not isinstance(made, Investigation):
            raise InputError(
                message("There is no investigation to save."), message("Run one in a cell: %%analyst --investigate.")
            )
        if len(words) != 1:
            raise wrong_arguments("investigation", action)
        return f"Written: {save(made, Path(words[0]))}"

    def _snippets(self, action: str, words: list[str]) -> Output:
        saved = Snippets(Path.cwd())
        if action == "save":
            return snippets.save(saved, words, self.session.last_turn)
        if action == "run":
            progress = Progress()
            pin = saved.get(snippets.one_name(words, action))
            self.session.show(snippets.run(self.session.analyst, pin, self.session.scope(), progress), progress)
            return ()
        if action == "test":
            return map(str, snippets.try_all(self.session.analyst, saved, self.session.scope(), words))
        if action == "expect":
            name = snippets.one_name(words, action)
            return snippets.expect(
                saved, name, snippets.run(self.session.analyst, saved.get(name), self.session.scope())
            )
        return snippets.snippets(saved, action, words)

    def _mcp(self, action: str, words: list[str]) -> Output:
        if action == "show":
            self.session.show(self.session.agents.turn(words), Progress())
            return ()
        return self.session.agents.command(action, words)

    def _thread(self, action: str, words: list[str]) -> Output:
        return thread(self.session.analyst, action, words, self.session.cells.threads)

    def _doctor(self) -> Iterator[str]:
        from ..commands.doctor import examine, line

        with Analyst(settings=self.session.settings, spares=0) as other:  # the notebook's own sandbox is left alone
            yield from map(line, examine(other))
        yield from map(line, connection_checks(self.session.scope()))

    def _reset(self) -> str:
        self.session.analyst.reset()
        return message("The sandbox is deleted; the next question starts with a new one.")


def _words(text: str) -> list[str]:
    """The words of a line; quotes hold a word with spaces together, and a single apostrophe is a letter."""
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
