"""Help with code that the user wrote."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from ..engine.own_cells import CellTask, cell_context, document_cells, explain_cell, fix_cell
from ..turn.context import Context, Task
from ..turn.own_cells import CellEdit
from .asking import Asking


class OwnCells(Asking):
    """Explains, fixes and documents cells of the user, by the model; none of them is run or changed."""

    def explain(self, code: str, frames: Mapping[str, object] | None = None, **options: Any) -> str:
        """What a cell of yours does, in Markdown, by the model. Its code is sent, and the frames that it names are
        described within the privacy level; nothing runs.

        Args:
            code: The cell.
            frames, options: As for ``ask``.

        Raises:
            Abstained: There is no model.
            AnalystError: The cell cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import ScriptedModel
            >>> with ScriptedModel(["Adds two numbers."]) as model, Analyst(**model.settings) as analyst:
            ...     analyst.explain("1 + 1")
            'Adds two numbers.'
        """
        request = self._request("Explain this cell.", frames, options)
        return self._event_loop.call(lambda tell: explain_cell(self._engine, request, code))

    def fix(
        self,
        code: str,
        frames: Mapping[str, object] | None = None,
        *,
        error: tuple[str, str] | None = None,
        **options: Any,
    ) -> CellEdit:
        """A corrected cell of yours, with the reason, by the model; nothing runs and nothing is changed.

        Args:
            code: The cell; one that holds a key or a password is not sent.
            frames, options: As for ``ask``.
            error: The class and the text of the error that it ended in.

        Raises:
            Abstained: There is no model.
            AnalystError: The cell cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import ScriptedModel
            >>> reply = "The bracket is open.\\n```python\\nprint(1)\\n```"
            >>> with ScriptedModel([reply]) as model, Analyst(**model.settings) as analyst:
            ...     print(analyst.fix("print(1", error=("SyntaxError", "'(' was never closed")).diff)
            - print(1
            + print(1)
        """
        request = self._request("Fix this cell.", frames, options)
        return self._event_loop.call(lambda tell: fix_cell(self._engine, request, code, error))

    def document(
        self,
        cells: Sequence[str],
        frames: Mapping[str, object] | None = None,
        *,
        noted: Collection[int] = (),
        **options: Any,
    ) -> tuple[CellEdit, ...]:
        """Notes for the cells of a notebook, by the model; nothing runs and nothing is changed.

        Args:
            cells: The cells of code, in their order.
            frames, options: As for ``ask``.
            noted: The numbers of cells that have a note already, counted from 1.

        Returns:
            A note for each cell that needs one, with the cell's number in ``place``.

        Raises:
            Abstained: There is no model.
            AnalystError: The cells cannot be used, or no usable answer came.

        Example:
            >>> from analyst_magic import Analyst
            >>> from analyst_magic.testing import ScriptedModel
            >>> reply = '{"notes": [{"cell": 1, "text": "Adds two numbers."}]}'
            >>> with ScriptedModel([reply]) as model, Analyst(**model.settings) as analyst:
            ...     [(note.place, note.after) for note in analyst.document(["1 + 1"])]
            [(1, 'Adds two numbers.')]
        """
        request = self._request("Document this notebook.", frames, options)
        return self._event_loop.call(lambda tell: document_cells(self._engine, request, cells, frozenset(noted)))

    def cell_context(
        self,
        task: Task,
        cells: str | Sequence[str],
        frames: Mapping[str, object] | None = None,
        *,
        error: tuple[str, str] | None = None,
        noted: Collection[int] = (),
        **options: Any,
    ) -> Context:
        """What ``explain``, ``fix`` or ``document`` would tell a model; nothing is sent.

        Args:
            task: ``explain``, ``fix`` or ``document``.
            cells: The cell, or the cells.
            frames, error, noted, options: As for these.

        Raises:
            AnalystError: The cell cannot be used.

        Example:
            >>> from analyst_magic import Analyst
            >>> with Analyst(model="offline") as analyst:
            ...     analyst.cell_context("explain", "1 + 1").progress
            'The cell:\\n\\n1 + 1'
        """
        given = (cells,) if isinstance(cells, str) else tuple(cells)
        request = self._request(f"{task.capitalize()} this.", frames, options)
        asked = CellTask(task, given, error, frozenset(noted))
        return self._event_loop.call(lambda tell: cell_context(self._engine, request, asked))
