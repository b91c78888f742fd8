"""``%%analyst`` and ``%analyst``: read what the user wrote, call ``Analyst``, display. Nothing else."""

from __future__ import annotations

import contextlib
import difflib
import getpass
import importlib.util
import os
import shlex
import textwrap
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from IPython.core.completer import CompletionContext, SimpleCompletion, SimpleMatcherResult
from IPython.core.error import StdinNotImplementedError
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from ..analyst import Analyst
from ..commands import snippets
from ..commands.documents import told as documents_told
from ..commands.history import recall, replay
from ..commands.lock import manage
from ..context.choose import pick
from ..display import Background, Progress, confirm, show
from ..documents import Store
from ..engine.background import Job
from ..engine.job import Confirm
from ..errors import AnalystError, EmptyQuestion, InputError, UnknownOption
from ..history.lock import NAME as LOCK
from ..history.lock import Lock
from ..history.snippets import Snippets
from ..history.store import History, history_path
from ..models.keys import store_key
from ..models.prompt import messages, readable
from ..models.providers import parse_model, providers
from ..settings import AnalystSettings
from ..sources.files import DataFile, frame_name, open_data, open_registered, register, registered, unregister
from ..sources.frames import frames_in
from ..sources.mentions import completions
from ..turn import Question, Turn
from ..turn.tokens import told
from .cell import Cells, ThreadState, after_command, read_magic, read_question, refine
from .options import USAGE, CellOptions, option_completions

NOTES_FILE = "analyst.md"
"""The user's notes beside the notebook: what columns mean, which rules apply."""


@magics_class
class AnalystMagics(Magics):
    """The magics of one IPython shell; they share one sandbox.

    Args:
        shell: The shell.
        settings: What ``%config AnalystSettings`` changes.
        folder: Where the notebook is.
    """

    def __init__(self, shell: Any, settings: AnalystSettings, folder: Path) -> None:
        super().__init__(shell)
        self.settings = settings
        self.lock = Lock(folder / LOCK)
        self.history = History(history_path(self.settings.history_path), self.settings.history_days)
        self.asks = Analyst(settings=self.settings, ask_key=_ask_key, lock=self.lock, history=self.history,
                            house=folder / NOTES_FILE)  # fmt: skip
        self._cells = Cells()
        self._jobs: list[Job] = []

    @no_var_expand
    @line_cell_magic
    def analyst(self, line: str, cell: str | None = None) -> None:
        """Ask a question about data frames; ``%analyst help`` says how."""
        if cell is not None:
            self._ask(line, cell)
            return
        command, _, rest = line.strip().partition(" ")
        commands: dict[str, Callable[[str], None]] = {
            "": self._help,
            "help": self._help,
            "status": self._status,
            "doctor": self._doctor,
            "frames": self._frames,
            "data": self._data,
            "refine": self._refine,
            "snippets": self._snippets,
            "history": self._history,
            "thread": self._thread,
            "jobs": self._list_jobs,
            "stop": self._stop,
            "lock": self._lock,
            "documents": self._documents,
            "context": self._context,
            "models": self._models,
            "key": self._key,
            "reset": self._reset,
        }
        if command not in commands:
            near = difflib.get_close_matches(command, commands, 1)
            step = (
                f"Did you mean %analyst {near[0]}?"
                if near
                else "A question goes into a cell that begins with %%analyst."
            )
            raise UnknownOption(f"There is no command %analyst {command}.", step)
        commands[command](rest)
        self._cells = after_command(line, self._cells)

    def _ask(self, line: str, cell: str) -> None:
        self._cells = self._cells.in_thread(self.asks.thread)  # the user may have set it in Python
        asked, self._cells = read_magic(line, cell, self._cells)
        if not asked.text:
            raise EmptyQuestion("The question is empty.", "Write what you want to know below the %%analyst line.")
        question, options = asked.question(), asked.options
        frames = self._scope(options.frame)
        chosen = {name: getattr(options, name) for name in ("model", "privacy", "frozen") if getattr(options, name)}
        chosen |= {"history": False} if options.history is False else {}
        if options.dry_run:
            self._show_context(question, frames, chosen)
            return
        try:
            if options.background:
                self._in_background(question, frames, chosen, options)
            else:
                word = confirm if options.confirm else None
                self._answer(question, frames, chosen, options.output, fresh=options.fresh, confirm=word)
        except AnalystError as error:
            if options.debug:
                traceback.print_exception(error.__cause__ or error)
            raise

    def _answer(
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
            turn = self.asks.ask(question, frames, fresh=fresh, confirm=confirm, listen=progress, **chosen)
        except AnalystError:
            progress.stop()
            raise
        progress.finish(turn)
        self.shell.user_ns["_analyst"] = turn
        show(turn)
        if turn.error is not None:
            raise turn.error
        if output:
            self.shell.user_ns[output] = bound(turn, output)

    def _in_background(
        self, question: Question, frames: dict[str, object], chosen: dict[str, Any], options: CellOptions
    ) -> None:
        if options.confirm and importlib.util.find_spec("ipywidgets") is None:
            raise UnknownOption("--confirm with --background needs ipywidgets.", "Install it, or leave one out.")
        shown = Background(lambda: job.cancel())
        job = self.asks.submit(question, frames, fresh=options.fresh, confirm=options.confirm, listen=shown, **chosen)
        self._jobs.append(job)
        self.shell.user_ns["_analyst"] = job

        def over(job: Job) -> None:
            error = None
            try:
                job.wait(0)
            except (AnalystError, TimeoutError) as failure:
                error = failure
            turn = job.turn
            if turn is not None and turn.ok and options.output:
                with contextlib.suppress(InputError):
                    self.shell.user_ns[options.output] = bound(turn, options.output)
            shown.finish(turn, error)

        job.when_over(over)

    def _list_jobs(self, rest: str) -> None:
        for job in self._jobs:
            print(f"{job.status:10} {job.question[:100]}")
        if not self._jobs:
            print("Nothing was asked in the background.")

    def _stop(self, rest: str) -> None:
        going = [job for job in self._jobs if job.status in {"pending", "running"}]
        for job in going:
            job.cancel()
        print(f"{len(going)} questions stopped." if going else "Nothing runs in the background.")

    def _scope(self, names: Sequence[str]) -> dict[str, object]:
        """The frames that a question may use: those named with ``-f``, else all of the notebook and its registry."""
        namespace = self.shell.user_ns
        files = {name: open_data(path) for name, equals, path in (n.partition("=") for n in names) if equals}
        for name in files:
            if not name.isidentifier():
                raise UnknownOption(f"{name} cannot be a frame's name.", "Use letters, digits and underscores.")
        wanted = [name for name in names if "=" not in name]
        if names and all(name in namespace for name in wanted):
            return {**pick(namespace, wanted), **files}
        scope = frames_in(namespace)
        more, gone = open_registered(scope)
        for sentence in gone:
            print(sentence)
        scope |= more
        return {**pick(scope, wanted), **files} if names else scope

    def _show_context(self, question: Question, frames: dict[str, object], chosen: dict[str, Any]) -> None:
        context = self.asks.context(question, frames, **chosen)
        payload = readable(messages(context))
        model = self.asks.model_name(**{name: value for name, value in chosen.items() if name == "model"})
        where = f"would go to {model}" if parse_model(model)[0].remote else f"stays here, as {model} sends nothing"
        print(f"{payload}\n\n[{told(payload)}, privacy {context.privacy}; this {where}]")

    def _refine(self, rest: str) -> None:
        """The last question, changed: ``%analyst refine make it monthly``."""
        self._cells = self._cells.in_thread(self.asks.thread)
        asked, self._cells = refine(rest, self._cells)
        self._answer(asked.question(), self._scope([]), {})

    def _history(self, rest: str) -> None:
        """The latest turns, ``search WORDS``, ``show``, ``replay``, ``good``, ``not-good`` and a number, ``prune``."""
        command, _, what = rest.strip().partition(" ")
        if command in {"replay", "good", "not-good", "show"} and not what.strip().isdigit():
            raise UnknownOption(f"Which turn is to be {command}?", f"Name its number: %analyst history {command} 12")
        if command == "replay":
            frames = self._scope([])
            self._answer(replay(self.history, int(what), frames), frames, {})
        elif command in {"good", "not-good"}:
            self.history.mark(int(what), command == "good")
            print(f"Turn {what} is {'an example for questions over the same frames' if command == 'good' else 'none'}.")
        else:
            print(recall(self.history, command, what.strip()))

    def _snippets(self, rest: str) -> None:
        """``list``, ``save NAME``, ``show NAME``, ``run NAME``, ``test [NAME]``, ``expect NAME`` or ``delete NAME``."""
        command, _, name = rest.strip().partition(" ")
        name, kept = name.strip(), Snippets(Path.cwd())
        if command in {"", "list"}:
            lines = [
                f"{found}  {snippet.code.language}  {snippet.question[:80]}" for found, snippet in kept.all().items()
            ]
            print("\n".join(lines) or "No code is saved: %analyst snippets save NAME keeps that of the last answer.")
        elif command == "save":
            turn = self.shell.user_ns.get("_analyst")
            kept.save(name, snippets.of_turn(self._turn_of(turn)))
            print(f"{name} is kept in {kept.path.name}.")
        elif command == "show":
            print(kept.get(name).code.text)
        elif command == "run":
            progress = Progress()
            turn = snippets.run(self.asks, kept.get(name), self._scope([]), progress)
            progress.finish(turn)
            self.shell.user_ns["_analyst"] = turn
            show(turn)
            if turn.error is not None:
                raise turn.error
        elif command == "test":
            for tried in snippets.try_all(self.asks, kept, self._scope([]), [name] if name else []):
                print(f"{'ok  ' if tried.ok else 'FAIL'}  {tried.name}  {tried.message}", flush=True)
        elif command == "expect":
            turn = snippets.run(self.asks, kept.get(name), self._scope([]))
            if turn.error is not None:
                raise turn.error
            kept.expect(name, snippets.of_turn(turn).results)
            print(f"What {name} gives now is what it should give.")
        elif command == "delete":
            kept.delete(name)
            print(f"{name} is deleted.")
        else:
            raise UnknownOption(
                f"%analyst snippets cannot {rest.strip()}.",
                "Use list, save, show, run, test, expect or delete.",
            )

    @staticmethod
    def _turn_of(value: object) -> Turn:
        turn = value.turn if isinstance(value, Job) else value
        if not isinstance(turn, Turn):
            raise InputError("There is no answer yet.", "Ask a question, then save its code.")
        return turn

    def _thread(self, rest: str) -> None:
        """``list``, ``NAME`` to go on with (or begin) that conversation, or ``delete NAME``."""
        command, _, name = rest.strip().partition(" ")
        if command == "delete":
            self.asks.drop_thread(name.strip())
            print(f"The conversation {name.strip()} is deleted.")
            return
        if command not in {"", "list"}:
            if not command.isidentifier() or name:
                raise UnknownOption(f"{rest.strip()} cannot be a conversation's name.", "Use one word of letters.")
            self.asks.thread = command
        for found, questions in self.asks.threads().items():
            mark = "*" if found == self.asks.thread else " "
            state = self._cells.threads.get(found, ThreadState())
            named = ", ".join(filter(None, (state.model, state.language)))
            print(f"{mark} {found}  {questions} questions  {named}".rstrip())

    def _lock(self, rest: str) -> None:
        """``status``, ``verify``, ``update`` or ``prune``."""
        print(manage(self.lock, rest.strip() or "status"))

    def _help(self, rest: str) -> None:
        print(USAGE)

    def _status(self, rest: str) -> None:
        settings = self.settings
        state = "is up" if self.asks.running else "starts with the next question"
        print(f"model    {self.asks.model_name()}")
        print(f"privacy  {settings.privacy}" + (f", hidden {', '.join(settings.hidden)}" if settings.hidden else ""))
        print(f"asked    {self.asks.tally}")
        print(f"lock     {f'{len(self.lock.pins())} answers in {self.lock.path.name}' if settings.lock else 'off'}")
        print(f"history  {self.history.path if settings.history else 'off'}")
        content = "with" if settings.trace_content else "without"
        print(f"traces   {f'{settings.tracing}, {content} content' if settings.tracing else 'off'}")
        try:
            name, isolation = self.asks.isolation()
        except AnalystError as error:
            print(f"sandbox  none: {error}")
            return
        print(f"sandbox  {name}, {state}; {settings.memory} memory, {settings.timeout:g} s a run")
        print(textwrap.fill(isolation, 110, initial_indent=" " * 9, subsequent_indent=" " * 9))

    def _doctor(self, rest: str) -> None:
        from ..commands.doctor import examine, line

        with Analyst(settings=self.settings, spares=0) as other:  # the notebook's own sandbox is left alone
            for check in examine(other):
                print(line(check), flush=True)

    def _frames(self, rest: str) -> None:
        frames = self._scope([])
        for name, value in frames.items():
            if isinstance(value, DataFile):
                print(f"{name}  {value.path.name}  {value.size / 1e6:,.1f} MB, {len(value.column_names):,} columns")
                continue
            shape = getattr(value, "shape", None)
            size = f"{shape[0]:,} rows, {shape[1]:,} columns" if shape else ""
            print(f"{name}  {type(value).__module__.partition('.')[0]}  {size}".rstrip())
        if not frames:
            print("There is no data frame in scope.")

    def _data(self, rest: str) -> None:
        """``add NAME=FILE [SOURCE]``, ``list``, ``show NAME`` or ``drop NAME``."""
        command, _, what = rest.strip().partition(" ")
        name, equals, file = what.strip().partition("=")
        entries = registered()
        if command == "add" and what:
            words = shlex.split(file if equals else what)
            name = name.strip() if equals else frame_name(words[0])
            entry = register(name, words[0], " ".join(words[1:]))
            print(f"{name} is {words[0]}, {len(entry['schema'])} columns; every question here can use it.")
        elif command == "drop" and what:
            unregister(what.strip())
            print(f"{what.strip()} is dropped; the file stays.")
        elif command == "show" and what.strip() in entries:
            entry = entries[what.strip()]
            print(f"{what.strip()}  {entry['path']}" + (f"  from {entry['source']}" if entry.get("source") else ""))
            print("\n".join(f"  {column}  {kind}" for column, kind in dict(entry.get("schema") or {}).items()))
        elif command in {"", "list"}:
            for name, entry in entries.items():
                print(f"{name}  {entry['path']}  {entry.get('source', '')}".rstrip())
            if not entries:
                print("No data file is registered: %analyst data add NAME=FILE")
        else:
            raise UnknownOption(
                f"%analyst data cannot {rest.strip()}.", "Use add NAME=FILE [SOURCE], list, show NAME or drop NAME."
            )

    def _documents(self, rest: str) -> None:
        """The documents beside the notebook: ``versions``, ``restore``, ``diff``, ``prune``, ``templates``."""
        print(documents_told(Store(Path(self.settings.output_directory)), shlex.split(rest)))

    def _context(self, rest: str) -> None:
        self._show_context(read_question(rest or "(your question)"), self._scope([]), {})

    def _models(self, rest: str) -> None:
        for provider in providers():
            state = "ready" if provider.has_key(os.environ) else f"needs {provider.keys[0]}"
            print(f"{provider.example}  {state}  {provider.base_url or provider.about}".rstrip())
        if parse_model(self.asks.model_name())[0].remote:
            print(f"\n{self.asks.model_name()} is used; its endpoint offers:")
            print("\n".join(f"  {name}" for name in self.asks.list_models()))

    def _key(self, rest: str) -> None:
        name, _, what = rest.strip().partition(" ")
        provider, _model = parse_model(f"{name or '?'}:any")
        if what.strip() == "forget":
            gone = store_key(provider.name, "")
            print(f"The key of {provider.name} is forgotten." if gone else f"No key of {provider.name} is kept.")
        elif store_key(provider.name, _ask_key(f"API key for {provider.name} (not shown): ").strip()):
            print(f"The key of {provider.name} is kept in this system's keyring.")
        else:
            variable = provider.keys[0] if provider.keys else "of the provider"
            raise UnknownOption(
                "This system has no keyring that takes the key.", f"Set the environment variable {variable} instead."
            )

    def _reset(self, rest: str) -> None:
        self.asks.reset()
        print("The sandbox is thrown away; the next question starts with a fresh one.")


def _ask_key(prompt: str) -> str:
    """What the user types, unseen; empty where nobody can be asked, as when a program, or the panel, asks."""
    if threading.current_thread() is not threading.main_thread():
        return ""
    try:
        return getpass.getpass(prompt)
    except (StdinNotImplementedError, EOFError, OSError):
        return ""


def bound(turn: Turn, name: str) -> Any:
    """What ``-o`` binds: the last table as a pandas frame, else the last figure, else the last document's path.

    Raises:
        InputError: The turn gave none of them.
    """
    if turn.tables:
        return turn.tables[-1].to_pandas()
    if turn.figures:
        return turn.figures[-1].to_plotly()
    if turn.documents:
        return turn.documents[-1].path
    raise InputError(f"There is no table to bind to {name}.", "Ask for a table, or end the code with a data frame.")


def complete(shell: Any, context: CompletionContext) -> SimpleMatcherResult:
    """Completions of ``@name`` and ``@name.column`` in a cell of the magic, and of its options."""
    before = "\n".join(context.full_text.split("\n")[: context.cursor_line + 1])
    line = context.line_with_cursor
    letters, names = completions(
        before[: len(before) - len(line) + context.cursor_position], {**_registered(), **frames_in(shell.user_ns)}
    )
    if context.cursor_line == 0 and not names:
        letters, names = option_completions(line[: context.cursor_position])
    found = [SimpleCompletion(text=name, type="frame") for name in names]
    return {"completions": found, "matched_fragment": letters, "suppress": bool(found)}


def _registered() -> dict[str, object]:
    """The data files beside the notebook; a registry that cannot be read is told when a question is asked."""
    with contextlib.suppress(AnalystError):
        return open_registered({})[0]
    return {}
