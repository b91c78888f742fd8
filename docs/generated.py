"""Pages of the reference that are written from the code, so that they cannot grow stale.

``conf.py`` writes them into ``docs/reference`` at each build; they are not committed.
"""

from __future__ import annotations

import argparse
import ast
import inspect
import textwrap
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from traitlets import Undefined

from analyst_magic import errors
from analyst_magic.cli.parser import build_parser
from analyst_magic.commands.table import PREFIX, Surface, commands_of
from analyst_magic.models.providers import providers
from analyst_magic.notebook.usage import examples, usage
from analyst_magic.server.routes import ROUTES
from analyst_magic.server.task_store import STATES
from analyst_magic.settings import AnalystSettings
from analyst_magic.worker import STAGES

ROOT = Path(__file__).parents[1]


def write_pages(folder: Path) -> None:
    """Write every generated page into a folder; a page that is already right is left alone, so builds stay quick."""
    folder.mkdir(exist_ok=True)
    for name, write in {**{f"{name}.md": page for name, page in PAGES.items()}, **PICTURES}.items():
        path, text = folder / name, write()
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; a bar inside a cell is escaped.

    Example:
        >>> print(table(["a"], [["x|y"]]))
        | a |
        | --- |
        | x\\|y |
    """
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def magics() -> str:
    """The cell magic with its options, and the line magic with its commands."""
    return "\n\n".join([
        "# Magics",
        "## `%%analyst`",
        f"```text\n{usage()}\n```",
        f"```text\n{examples()}```",
        "## `%analyst`",
        _commands("notebook"),
        "",
    ])  # fmt: skip


def commands() -> str:
    """The commands of the shell, with the help of each."""
    parts = [
        "# Commands",
        "The program `analyst` does in a shell what `%analyst` does in a notebook.",
        _commands("shell"),
    ]
    for name, parser in _subparsers(build_parser()).items():
        parts += [f"## `analyst {name}`", f"```text\n{parser.format_help().strip()}\n```"]
    return "\n\n".join([*parts, ""])


def _commands(surface: Surface) -> str:
    rows = []
    for command in commands_of(surface).values():
        rows.append([f"`{PREFIX[surface]}{command.name} {command.arguments}`".replace(" `", "`"), command.help])
        rows += [[f"`{PREFIX[surface]}{command.name} {action.usage}`", action.help]
                 for action in command.actions_of(surface)]  # fmt: skip
    return table(["command", "what it does"], rows)


def _subparsers(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def settings() -> str:
    """Every setting with its default."""
    rows = []
    for name, trait in AnalystSettings.class_traits(config=True).items():
        default = trait.default_value if trait.default_value is not Undefined else trait.default()
        rows.append([f"`{name}`", f"`{default!r}`", str(trait.help)])
    text = """\
        # Settings

        A setting comes from, strongest first:

        1. a keyword (`Analyst(timeout=30)`), an option of a cell, or `%config AnalystSettings.timeout = 30`;
        2. the environment (`ANALYST_TIMEOUT=30`);
        3. JupyterLab's settings editor, for what it has;
        4. a configuration file of Jupyter or IPython (`c.AnalystSettings.timeout = 30`), yours first;
        5. what the Jupyter server was started with;
        6. the default.

        The settings in the panel say of each where its value comes from. What an administrator has locked, none of
        these may loosen: [For everybody on a server](../how-to/keep-data-private.md#for-everybody-on-a-server).

        Times are in seconds. Sizes are in bytes, or text: `2GB` is 2·1000³ bytes, `2GiB` and `2g` are 2·1024³. API keys
        are not settings: they come from the provider's own environment variable, or from the system's keyring.
        """
    return textwrap.dedent(text) + "\n" + table(["setting", "default", "what it does"], rows) + "\n"


def model_providers() -> str:
    """The table of providers of models."""
    rows = [
        [f"`{row.name}`" if row.single else f"`{row.name}:MODEL`",
         " or ".join(f"`{key}`" for key in row.keys) or "none",
         f"`{row.url_variable}`" if row.url_variable else ""]
        for row in providers()
    ]  # fmt: skip
    return (
        "# Providers of models\n\nA model is named `PROVIDER:MODEL`. Any other OpenAI-compatible endpoint is "
        "`local:MODEL` with the setting `base_url`.\n\n"
        + table(["name", "key in the environment", "another address by"], rows)
        + "\n"
    )


def error_tree() -> str:
    """The tree of errors, and what each class means."""
    tree = ast.get_docstring(ast.parse(inspect.getsource(errors))) or ""
    drawing = textwrap.dedent(tree.split("::\n", 1)[1].split("\n\nEvery error", 1)[0]).strip("\n")
    return (
        "# Errors\n\nEvery error has a `message`, which names what is wrong, and a `next_step`, which says what "
        "you can do. In a notebook both are shown without a traceback; `--debug` shows ours. See also "
        "[Troubleshooting](../troubleshooting.md).\n\n"
        f"```text\n{drawing}\n```\n"
    )


def routes() -> str:
    """The routes of the Jupyter Server extension."""
    rows = [[f"`/analyst/{path}`", _verbs(handler), _first_line(handler)] for _, handler, path in ROUTES]
    return (
        "# Server routes\n\nThe Jupyter Server answers these below `/analyst/`. Who may ask is the server's own "
        "choice: its token or login, its authorizer, and its XSRF cookie where something changes.\n\n"
        + table(["route, as an example", "methods", "what it gives"], rows)
        + "\n\n## Events of a task\n\nServer-sent events, each with a number as its `id`. "
        "The stream ends with the task.\n\n"
        + table(
            ["event", "data"],
            [
                ["`state`", f"`state`: {', '.join(f'`{one}`' for one in STATES)}"],
                ["`stage`", f"`stage`: {', '.join(f'`{one}`' for one in STAGES)}"],
                ["`text`", "`text`: what a model has written since the event before"],
            ],
        )
        + "\n"
    )


def _verbs(handler: type) -> str:
    verbs = [verb for verb in ("get", "post", "put", "patch", "delete") if _own(handler, verb)]
    return ", ".join(verb.upper() for verb in verbs)


def _own(handler: type, verb: str) -> bool:
    """Whether one of our own classes answers the verb; Tornado's base class refuses each."""
    owners = [cls for cls in handler.__mro__ if verb in vars(cls)]
    return verb == "get" or (bool(owners) and not owners[0].__module__.startswith("tornado.web"))


def _first_line(handler: type) -> str:
    return (inspect.getdoc(handler) or "").split("\n\n")[0].replace("\n", " ")


def layers() -> list[list[str]]:
    """The packages of each layer, lowest first, from the table that a test holds the code to."""
    source = (ROOT / "tests" / "test_layers.py").read_text(encoding="utf-8")
    (value,) = [
        node.value
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "LAYERS"
    ]
    return [sorted(layer) for layer in ast.literal_eval(value)]


def architecture() -> str:
    """The layers of the package as a picture, and what each package is."""
    rows = [
        [str(number), f"`{name}`", _first_sentence(name)]
        for number, layer in reversed([*enumerate(layers(), 1)])
        for name in layer
    ]
    return (
        "# Architecture\n\n"
        "A question goes down through these layers, and its answer comes up "
        "([How an answer is made](../concepts/how-an-answer-is-made.md)). Imports go down alone, from a higher layer "
        "to a lower one; parts of one layer do not import each other. `tests/test_layers.py` holds the code to it.\n\n"
        "![The layers of the package, from the command line at the top down to errors and storage; the table below "
        "says the same](layers.svg)\n\n" + table(["layer", "package", "what it is"], rows) + "\n"
    )


def _first_sentence(name: str) -> str:
    path = ROOT / "analyst_magic" / name.replace(".", "/")
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    text = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return text.split("\n\n")[0].replace("\n", " ").replace("``", "`")


WIDTH, LETTER, LINE = 760, 7.3, 20
"""Of the picture of the layers, in pixels: the whole, a letter, and a line."""


def picture_of_layers() -> str:
    """The layers as boxes that lie on each other, as SVG."""
    boxes, y = [], 10
    for number, layer in reversed([*enumerate(layers(), 1)]):
        lines = textwrap.wrap(" · ".join(name.replace(" ", "") for name in layer), int((WIDTH - 80) / LETTER))
        height = LINE * len(lines) + 12
        words = "".join(f'<text x="58" y="{y + 20 + LINE * at}">{line}</text>' for at, line in enumerate(lines))
        boxes.append(
            f'<rect x="10" y="{y}" width="{WIDTH - 20}" height="{height}" rx="6" fill="#e7eef7" stroke="#2f5d8c"/>'
            f'<text x="24" y="{y + 20}" fill="#2f5d8c">{number}</text>{words}'
        )
        y += height + 6
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y + 4}" width="{WIDTH}" height="{y + 4}" '
        'font-family="monospace" font-size="12" fill="#1f2328" xml:space="preserve">'
        f'<rect width="{WIDTH}" height="{y + 4}" rx="8" fill="#ffffff"/>{"".join(boxes)}</svg>\n'
    )


PAGES: dict[str, Callable[[], str]] = {
    "magics": magics,
    "commands": commands,
    "settings": settings,
    "providers": model_providers,
    "errors": error_tree,
    "routes": routes,
    "layers": architecture,
}
"""Name of each generated page, and what writes it."""

PICTURES: dict[str, Callable[[], str]] = {"layers.svg": picture_of_layers}
"""File of each generated picture, and what draws it."""
