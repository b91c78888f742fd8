"""``explain``, ``fix`` and ``document``: what a model says of the user's cells, with changes to accept.

A cell is one of a notebook file, or one that has run in this kernel. Nothing is changed before the user accepts it.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..analyst import Analyst
from ..cleaning.markdown import plain
from ..commands.prompt import prompt_text
from ..errors import InputError, UnknownOption
from ..language import localize, message, tr, trn
from ..turn.context import Task
from ..turn.own_cells import CellEdit
from .card import line, prose
from .confirm import answered, button, typed

if TYPE_CHECKING:
    from ..report.cell_edits import NotebookFile

Accept = Callable[[CellEdit], bool]
"""Shows a change to the user; whether it is accepted."""
DRY_RUN = "--dry-run"
NAME_A_CELL = message("Write a notebook and the number of its code cell: analysis.ipynb 3.")
NOBODY = message("Nobody can be asked here, so nothing was changed.")


@dataclass(frozen=True, slots=True)
class OwnCell:
    """A cell of the user's.

    Attributes:
        code: What stands in it.
        error: The class and the text of the error that it ended in; None where it ended in none.
        file: The notebook file that it is in; None for one that has run in this kernel.
        number: Its number there.
    """

    code: str
    error: tuple[str, str] | None = None
    file: NotebookFile | None = None
    number: int = 0


def find_cell(words: Sequence[str], ran: Callable[[int | None], OwnCell]) -> OwnCell:
    """The cell that a line names: ``NOTEBOOK N``, ``N`` for the cell that ran as number N, or nothing for the last one.

    Args:
        words: The words of the line.
        ran: Gives a cell that has run, by its number.

    Raises:
        UnknownOption: The line names no cell.
        AnalystError: There is no such cell or file.
    """
    numbers = [int(word) for word in words if word.isdecimal()]
    names = [word for word in words if not word.isdecimal()]
    if len(names) > 1 or len(numbers) > 1 or (names and not numbers):
        raise UnknownOption(message("That names no cell."), NAME_A_CELL)
    if not names:
        return ran(numbers[0] if numbers else None)
    file = _read(names[0])
    return OwnCell(file.cell(numbers[0]), file.error(numbers[0]), file, numbers[0])


def _read(path: str) -> NotebookFile:
    from ..report.cell_edits import NotebookFile  # of the extra "reports", which no question needs

    return NotebookFile.read(Path(path))


def explained(text: str) -> dict[str, str]:
    """An explanation as HTML and as text, to be displayed as it is."""
    return {"text/html": f'<div style="max-width:50em;line-height:1.5">{prose(text)}</div>', "text/plain": plain(text)}


def fix(
    analyst: Analyst, cell: OwnCell, scope: Mapping[str, object], accept: Accept, put: Callable[[str], None]
) -> str:
    """Propose a corrected cell, and do as the user says of it; what became of it, in words.

    Args:
        analyst: Who is asked.
        cell: The cell.
        scope: The frames in scope.
        accept: Shows the change, and asks.
        put: Takes an accepted cell that is in no file.

    Raises:
        AnalystError: There is no model or no usable answer, or the file cannot be written.
    """
    edit = replace(analyst.fix(cell.code, scope, error=cell.error), place=cell.number)
    if not edit.changes:
        return edit.reason or tr("The model would change nothing.")
    if not accept(edit):
        return tr("The cell is as it was.")
    if cell.file is None:
        put(edit.after)
        return tr("The corrected cell stands below; yours is as it was.")
    cell.file.save([edit])
    return tr("Cell {number} of {file} is changed.", number=cell.number, file=cell.file.path.name)


def document(analyst: Analyst, words: Sequence[str], scope: Mapping[str, object], accept: Accept) -> str:
    """Propose notes above the cells of a notebook file, and write those that the user accepts.

    Raises:
        UnknownOption: The line names no notebook.
        AnalystError: There is no model or no usable answer, or the file cannot be read or written.
    """
    file = _notebook(words)
    notes = analyst.document(file.code, scope, noted=file.noted)
    taken = [note for note in notes if accept(note)]
    if not notes:
        return tr("The model would add no note.")
    if not taken:
        return tr("{file} is as it was.", file=file.path.name)
    file.save(taken)
    return trn("{number} note of {all} written into {file}.", "{number} notes of {all} written into {file}.",
               len(taken), all=len(notes), file=file.path.name)  # fmt: skip


def dry_run(
    analyst: Analyst,
    task: Task,
    words: Sequence[str],
    scope: Mapping[str, object],
    ran: Callable[[int | None], OwnCell],
) -> str:
    """What a model would be sent of ``explain``, ``fix`` or ``document``; nothing is sent.

    Args:
        analyst: Who would be asked.
        task: What would be asked.
        words: The words of the line, with ``--dry-run`` or without it.
        scope: The frames in scope.
        ran: Gives a cell that has run, by its number.

    Raises:
        UnknownOption: The line names no cell or notebook.
        AnalystError: The cell cannot be used.
    """
    named = [word for word in words if word != DRY_RUN]
    if task == "document":
        file = _notebook(named)
        return prompt_text(analyst, analyst.cell_context(task, file.code, scope, noted=file.noted))
    cell = find_cell(named, ran)
    error = cell.error if task == "fix" else None
    return prompt_text(analyst, analyst.cell_context(task, cell.code, scope, error=error))


def _notebook(words: Sequence[str]) -> NotebookFile:
    if len(words) != 1:
        raise UnknownOption(
            message("document takes one notebook file."), message("Write it as: document analysis.ipynb.")
        )
    return _read(words[0])


def ask_accept(edit: CellEdit) -> bool:
    """Show a change with Accept and Reject, or ask by a prompt; where nobody can be asked, it is rejected."""
    answer: Future[bool] = Future()
    try:
        return answered(answer, lambda: edit_box(edit, answer), lambda: prompted(edit))
    except InputError:
        print(localize(NOBODY))
        return False


def edit_box(edit: CellEdit, answer: Future[bool]) -> Any:
    """The change as coloured lines, with Accept and Reject."""
    import ipywidgets  # type: ignore[import-untyped, unused-ignore]

    def say(accepted: bool) -> Callable[[], None]:
        return lambda: None if answer.done() else answer.set_result(accepted)

    buttons = [button(tr("Accept"), say(True)), button(tr("Reject"), say(False))]
    buttons[0].button_style = "primary"
    notice, shown = ipywidgets.HTML(line(title(edit))), ipywidgets.HTML(coloured_diff(edit))
    return ipywidgets.VBox([notice, shown, ipywidgets.HBox(buttons)])


def prompted(edit: CellEdit) -> bool:
    """Show a change as text, and ask.

    Raises:
        InputError: Nobody can be asked.
    """
    print(f"{title(edit)}\n\n{edit.diff}\n")
    return typed(tr("Accept it? [y]es or [n]o: ")).lower().startswith("y")


def title(edit: CellEdit) -> str:
    """What is proposed, and why."""
    where = message("cell {number}", number=edit.place) if edit.place else message("your cell")
    change = tr("A change of {where}.", where=where)
    return f"{change} {edit.reason}".strip() if edit.before else tr("A note above {where}.", where=where)


def coloured_diff(edit: CellEdit) -> str:
    """The change as HTML, in which no text of a model or a cell becomes markup."""
    colours = {"+": "rgba(0,160,80,.18)", "-": "rgba(220,60,60,.18)"}
    rows = (
        f'<div style="background:{colours.get(text[:1], "none")}">{html.escape(text) or "&nbsp;"}</div>'
        for text in edit.diff.splitlines()
    )
    return f'<pre style="margin:4px 0;padding:8px;overflow:auto;max-height:420px">{"".join(rows)}</pre>'
