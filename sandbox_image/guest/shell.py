"""IPython without a terminal: what it shows becomes messages."""

from __future__ import annotations

import _sitebuiltins
import builtins
import contextlib
import gc
import os
import sys
import traceback
import types
import zlib

import traitlets
from IPython.core import display_functions, page
from IPython.core.compilerop import CachingCompiler
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.error import StdinNotImplementedError
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from . import display, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Mapping, Sequence
    from typing import Any

CONFIG = Config(
    HistoryManager={"enabled": False},
    InteractiveShell={"cache_size": 1_000, "colors": "nocolor"},
    IPKernelApp={},  # what some libraries look for, to know that a notebook is what shows things
)


SMALL = frozenset((bool, bytes, complex, float, int, str))
"""Types of results that stay in ``Out``: what holds others, as a list does, may hold a frame."""
MAX_SMALL = 10_000  # bytes of such a result


OWN_FORMS = ("_ipython_display_", "_repr_mimebundle_", "_repr_html_", "_repr_png_", "_repr_jpeg_", "_repr_svg_")


class Compiler(CachingCompiler):
    """Names cells by a checksum: the usual digest loads a library of 5 MB."""

    def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
        return f"<ipython-input-{number}-{zlib.crc32(raw_code.encode('utf-8', 'replace')):08x}>"


class Display(DisplayPublisher):
    """Sends what ``display`` is given."""

    def publish(
        self,
        data: dict[str, Any],
        metadata: Mapping[str, Any] | None = None,
        *,
        transient: Mapping[str, Any] | None = None,
        update: bool = False,
        **kwargs: Any,
    ) -> None:
        self._validate_data(data, metadata)
        data, metadata = display.prepare(data, metadata, self.shell.max_pixels)
        content = {"data": data, "metadata": metadata, "transient": transient or {}}
        self.shell.publish("update_display_data" if update else "display_data", content)

    def clear_output(self, wait: bool = False) -> None:
        self.shell.publish("clear_output", {"wait": wait})


class Result(DisplayHook):
    """Sends the value of a cell's last expression."""

    content: Mapping[str, Any] | None = None

    def write_output_prompt(self) -> None:
        """Nothing: the number goes with the value."""

    def compute_format_data(self, result: Any) -> Any:
        """The forms of a value; none where it has been shown already, part by part."""
        if self.shell.of_model and self.shell.only_rich and not self.shell.viewer.is_rich(result):
            return {}, {}  # a look in the middle, such as a number of rows
        if self.shell.viewer.show(result, plain=self.shell.of_model):
            return {}, {}
        return super().compute_format_data(result)

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Mapping[str, Any] | None = None) -> None:
        data, metadata = display.prepare(format_dict, md_dict, self.shell.max_pixels)
        self.content = {"data": data, "metadata": metadata, "execution_count": self.prompt_count}

    def update_user_ns(self, result: Any) -> None:
        """Keep the last three results as ``_``, ``__`` and ``___``, and older ones where they are small."""
        super().update_user_ns(result)
        results = self.shell.user_ns["_oh"]
        for number in list(results)[:-3]:
            if type(results[number]) not in SMALL or sys.getsizeof(results[number]) > MAX_SMALL:
                del results[number]
                for names in (self.shell.user_ns, self.shell.user_ns_hidden):
                    names.pop(f"_{number}", None)

    def log_output(self, format_dict: Mapping[str, Any]) -> None:
        """Nothing: there is no history."""

    def finish_displayhook(self) -> None:
        content, self.content = self.content, None
        if content:
            self.shell.publish("execute_result", content)
        self._is_active = False


class ZMQInteractiveShell(InteractiveShell):
    """The shell, named as that of notebooks is: libraries look for the name to know that a notebook shows things.

    ``publish`` sends a message of a type with a content; ``max_pixels`` is what the host takes of one picture.
    """

    compiler_class = traitlets.Type(Compiler)
    displayhook_class = traitlets.Type(Result)
    display_pub_class = traitlets.Type(Display)
    profile_dir = traitlets.Any()  # of whose type much would have to be loaded
    publish = traitlets.Any()
    max_pixels = traitlets.Any(40_000_000)
    viewer = traitlets.Any()
    of_model = False
    """Whether the code under way is a model's."""
    only_rich = False
    """Whether of the statement under way only a frame, a figure or a picture is shown."""
    failure: dict[str, Any] | None = None
    """What went wrong, as the content of an error message."""
    assigned = ""
    """The name that the last statement of that code assigns to."""

    def init_profile_dir(self, profile_dir: Any) -> None:
        """No more than a place: there are no files of a user's own."""
        self.profile_dir = types.SimpleNamespace(location=self.ipython_dir)

    def init_completer(self) -> None:
        """Nothing: nobody types."""

    def init_environment(self) -> None:
        os.environ["PAGER"] = os.environ["GIT_PAGER"] = "cat"

    def init_hooks(self) -> None:
        super().init_hooks()
        self.set_hook("show_in_pager", page.as_hook(page.display_page), 99)

    def enable_gui(self, gui: Any = None) -> None:
        """Nothing: there is no window to be kept alive."""

    def ask_exit(self) -> None:
        raise SystemExit

    def _showtraceback(self, etype: type[BaseException], evalue: BaseException, stb: Sequence[str]) -> None:
        self.failure = failure(evalue, stb)
        self.publish("error", self.failure)

    def has_own_form(self, value: Any) -> bool:
        """Whether a value is shown in a form of its own: a frame, a figure or a picture, and no text."""
        formatter = self.display_formatter
        if isinstance(value, (str, bytes, int, float, type)):
            return False
        if any(callable(getattr(type(value), name, None)) for name in OWN_FORMS):
            return True
        for known in (formatter.ipython_display_formatter, formatter.formatters["image/png"]):
            with contextlib.suppress(KeyError):
                known.lookup(value)
                return True
        return False

    def show_own_form(self, value: Any) -> bool:
        """Show a value that has a form of its own; whether it has."""
        if not self.has_own_form(value):
            return False
        display_functions.display(value)
        return True

    async def run_ast_nodes(
        self, nodelist: list[ast.stmt], cell_name: str, interactivity: str = "last_expr", **options: Any
    ) -> Any:
        """Run statements. Of a model's code more is shown than a notebook would show."""
        if not self.of_model:
            return await super().run_ast_nodes(nodelist, cell_name, interactivity, **options)
        self.assigned = values.assigned_last(nodelist)
        last = values.last_statement(nodelist)
        for nodes, shown in list(values.runs(nodelist)):
            self.only_rich = last not in nodes
            if await super().run_ast_nodes(nodes, cell_name, shown, **options):
                return True
        return False

    def show_text(self, text: str) -> None:
        """Show a text as it is."""
        self.publish("display_data", {"data": {"text/plain": text}, "metadata": {}, "transient": {}})

    def show_assigned(self, answered: bool) -> None:
        """Show the value that a model's code assigned last, where it showed nothing; no text beside an answer line."""
        value = self.user_ns.get(self.assigned)
        if answered and isinstance(value, str):
            return  # a part of the sentence
        if values.is_worth_showing(value, self.has_own_form) and not self.viewer.show(value, plain=True):
            display_functions.display(value)

    def run(
        self,
        code: str,
        of_model: bool = False,
        has_shown: Callable[[], bool] = lambda: True,
        has_answered: Callable[[], bool] = lambda: False,
    ) -> Mapping[str, Any] | None:
        """Run a cell.

        Args:
            code: Its source.
            of_model: Whether a model wrote it, and not the user.
            has_shown: Whether the code has shown something.
            has_answered: Whether it has sent an answer line.

        Returns:
            What went wrong, were it only in showing a value, as the content of an error message.
        """
        self.failure = None
        self.of_model, self.assigned = of_model, ""
        result = self.run_cell(code, store_history=True)
        if result.success and self.failure is None and self.assigned and not has_shown():
            self.show_assigned(has_answered())
        if result.success:
            return self.failure
        if self.failure is None:  # it could not even be told of, as where there is no memory left
            self.failure = failure(result.error_before_exec or result.error_in_exec, [])
            self.publish("error", self.failure)
        release(result.error_in_exec)
        return self.failure


def release(error: BaseException | None) -> None:
    """Let go of what the frames of a failed cell hold, now: a workbook left open writes its file when it goes."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        for frame, _ in traceback.walk_tb(error.__traceback__):
            if (
                frame.f_locals is not frame.f_globals
            ):  # the copy that a debugger, or a traceback with values, has asked for
                with contextlib.suppress(Exception):
                    frame.f_locals.clear()
        error = error.__cause__ or error.__context__
    gc.collect()


def failure(error: Any, lines: Sequence[str]) -> dict[str, Any]:
    """An exception as the content of an error message."""
    try:
        value = f"{error.msg} (line {error.lineno})" if type(error) is SyntaxError and error.lineno else str(error)
    except Exception:  # of the code's own making
        value = ""
    return {"ename": type(error).__name__, "evalue": value, "traceback": list(lines)}


def no_input(*_args: object, **_options: object) -> str:
    """Stands in for ``input``.

    Raises:
        StdinNotImplementedError: Nobody is there to answer.
    """
    raise StdinNotImplementedError("There is nobody to answer input() here: put the value into the code.")


def start(publish: Callable[..., None]) -> ZMQInteractiveShell:
    """The shell, ready to run.

    Args:
        publish: Sends a message of a type with a content.
    """
    builtins.input = no_input
    if not hasattr(builtins, "help"):  # a Python that starts without its site module
        builtins.help = _sitebuiltins._Helper()
    shell: ZMQInteractiveShell = ZMQInteractiveShell.instance(os.environ["IPYTHONDIR"], config=CONFIG, publish=publish)
    shell.viewer = values.Viewer(shell.has_own_form, display_functions.display, shell.show_text)
    sys.argv[:] = [""]
    return shell
