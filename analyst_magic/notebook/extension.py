"""``%load_ext analyst_magic``: the magics and their completions become known at once.

What they need takes a second or two to load. That happens in a thread while the user types, or at the first use.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from IPython.core.completer import CompletionContext, SimpleMatcherResult, context_matcher
from IPython.core.magic import Magics, line_cell_magic, magics_class, no_var_expand

from ..language import ENGLISH, shown_in
from ..settings import load_settings, take_look
from .greeting import greet
from .quiet import keep_quiet
from .usage import documentation

if TYPE_CHECKING:
    from ..analyst import Analyst
    from ..engine.in_cells import TurnsInCells
    from .magic import AnalystMagics


def _documented(function: Callable[..., None]) -> Callable[..., None]:
    """Give the magic the text that ``%%analyst?`` shows, when it is shown, in the language of then."""
    with shown_in(ENGLISH):
        function.__doc__ = documentation()
    function.getdoc = documentation  # type: ignore[attr-defined]
    return function


@magics_class
class AnalystExtension(Magics):
    """Stands for the magics of one IPython shell until they are loaded.

    Args:
        shell: The shell. The settings and the folder are those of now, whenever the magics load.

    Attributes:
        loading: Held by the thread that loads modules: two that load a package and a part of it at once can hold each
            other up, which Python ends with an error.
    """

    def __init__(self, shell: Any) -> None:
        super().__init__(shell)
        self.settings = load_settings(shell, files=["jupyter_config"])  # IPython has read its own files
        shell.configurables.append(self.settings)
        take_look(self.settings)
        self._folder = Path.cwd()
        self.loading = threading.RLock()
        self._magics: AnalystMagics | None = None

    @no_var_expand
    @line_cell_magic
    @_documented
    def analyst(self, line: str, cell: str | None = None) -> None:
        self.loaded().run_magic(line, cell)

    def loaded(self) -> AnalystMagics:
        """The magics themselves; the first call loads them, and others wait for it."""
        with self.loading:
            if self._magics is None:
                from .magic import AnalystMagics

                self._magics = AnalystMagics(self.shell, self.settings, self._folder)
            return self._magics

    def analyst_of_shell(self) -> Analyst:
        """Who answers in this shell."""
        return self.loaded().session.analyst

    def turns_in_cells(self) -> TurnsInCells:
        """The turns that this shell's cells asked."""
        return self.loaded().session.in_cells

    def warm_up(self) -> None:
        """Load the magics and bring a sandbox up. A failure is met, and shown, by the first question."""
        with contextlib.suppress(Exception):
            analyst = self.analyst_of_shell()
            if threading.main_thread().is_alive():
                analyst.start()


def _matcher(shell: Any) -> Any:
    """Completes names, options and commands in the cells of the magic; any other cell loads nothing."""

    @context_matcher(identifier="analyst_mentions")
    def match(context: CompletionContext) -> SimpleMatcherResult:
        line = context.line_with_cursor.lstrip()
        if not context.full_text.lstrip().startswith("%%analyst") and not line.startswith("%analyst "):
            return {"completions": []}
        from .completion import complete

        return complete(shell, context)

    return match


def with_body(lines: list[str]) -> list[str]:
    """A cell with the magic alone gets an empty line, so that the magic says what is missing, and not IPython.

    >>> len(with_body(["%%analyst -m offline"]))
    2
    """
    alone = bool(lines) and lines[0].split(maxsplit=1)[:1] == ["%%analyst"] and not "".join(lines[1:]).strip()
    return [lines[0].rstrip("\n") + "\n", "\n"] if alone else lines


def load(shell: Any) -> AnalystExtension:
    """Make magics and completions known to a shell; called by ``%load_ext analyst_magic``."""
    extension = AnalystExtension(shell)
    shell.register_magics(extension)
    shell.input_transformers_cleanup.append(with_body)
    if hasattr(shell, "Completer"):
        shell.Completer.custom_matchers.append(_matcher(shell))
    if extension.settings.spares:
        # No daemon: a process that ends now waits for what is being loaded, instead of dying in the middle of it.
        threading.Thread(target=extension.warm_up, name="analyst-warm-up").start()
    keep_quiet(shell)
    greet(shell, extension.analyst_of_shell, extension.loading)
    return extension
