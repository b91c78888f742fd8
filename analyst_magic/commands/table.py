"""THE table of commands: help, usage, completion and error messages of ``%analyst`` and ``analyst`` come from it.

To add a command, add a row here and a function in this package, and name it in ``notebook.magic`` or ``cli.actions``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import UnknownOption
from ..language import message

Surface = Literal["notebook", "shell"]
PREFIX: dict[Surface, str] = {"notebook": "%analyst ", "shell": "analyst "}


@dataclass(frozen=True, slots=True)
class Action:
    """What a command can be asked to do.

    Attributes:
        usage: Its name and what follows it, as ``restore NAME N``.
        help: What it does, in a few words.
        only: Where it can be used, if not everywhere.
    """

    usage: str
    help: str
    only: Surface | None = None

    @property
    def name(self) -> str:
        """The word that calls it."""
        return self.usage.split()[0]


@dataclass(frozen=True, slots=True)
class Command:
    """One command.

    Attributes:
        name: The word that calls it.
        help: What it does, in a few words.
        actions: What may follow the name; the first is meant where nothing follows. Empty for a command that has none.
        arguments: What follows the name of a command without actions.
        only: Where it can be used, if not everywhere.
    """

    name: str
    help: str
    actions: tuple[Action, ...] = ()
    arguments: str = ""
    only: Surface | None = None

    def actions_of(self, surface: Surface) -> list[Action]:
        """The actions that can be used there."""
        return [action for action in self.actions if action.only in {None, surface}]

    def usage(self, surface: Surface) -> str:
        """One line that names all actions, as the next step of an error."""
        return f"Use {_listed([action.usage for action in self.actions_of(surface)])}."


COMMANDS = (
    Command("ask", "answer a question about data files", only="shell"),
    Command("run", "run Python or SQL in the sandbox; no model is asked", only="shell"),
    Command("refine", "ask the last question again, with a change", arguments="TEXT", only="notebook"),
    Command("status", "show the model, privacy level, usage, lock, history and sandbox", only="notebook"),
    Command("doctor", "check everything a question needs, and what the sandbox isolates"),
    Command("frames", "list the data that questions can use", only="notebook"),
    Command("context", "show what a model would be sent; nothing is sent", arguments="[QUESTION]", only="notebook"),
    Command("profile", "look at a frame, file or table before any question: faults, distributions, keys, joins",
            arguments="NAME [--compare NAME] [-o FILE]"),
    Command("check", "hold expectations against data and fail in a shell; --draft writes a first file of them",
            arguments="NAME [FILE.yaml] [--draft]"),
    Command("explain", "let the model explain a cell: one that has run, or one of a notebook file",
            arguments="[NOTEBOOK] [N]"),
    Command("fix", "let the model propose a corrected cell, to accept or reject", arguments="[NOTEBOOK] [N]"),
    Command("document", "let the model propose notes above the cells of a notebook file, to accept or reject",
            arguments="NOTEBOOK"),
    Command("data", "data files that every question of this folder can use", (
        Action("list", "list them"),
        Action("add NAME=FILE [SOURCE]", "register a file, and say where it comes from"),
        Action("show NAME", "show a file's columns"),
        Action("drop NAME", "remove it from the list; the file stays"),
    )),
    Command("connect", "connect a database for every question of this folder", arguments="NAME ADDRESS",
            only="notebook"),
    Command("disconnect", "forget a connection", arguments="NAME", only="notebook"),
    Command("tables", "list the connections, or the tables of one", arguments="[NAME [WORDS] [--refresh]]",
            only="notebook"),
    Command("define", "define a metric or a field for every question of this folder", arguments="NAME = FORMULA"),
    Command("definitions", "the metrics and fields of this folder, in analyst.yaml", (
        Action("list", "list them"),
        Action("show NAME", "show one with its formula in full"),
        Action("check", "say what is wrong in the files, and fail in a shell"),
        Action("draft", "write a first draft from the data in scope: keys, joins, labels"),
        Action("forget NAME", "take one out of analyst.yaml"),
    )),
    Command("verify", "write the last answer as a verified question, which answers it from then on",
            arguments='"NAME" [NOTE]', only="notebook"),
    Command("history", "earlier questions and their answers, on this machine", (
        Action("list [N]", "list the latest"),
        Action("search WORDS", "find questions and answers by their words"),
        Action("show N", "show one in full"),
        Action("replay N", "run its code again", "notebook"),
        Action("good N", "use it as an example for questions over the same frames"),
        Action("not-good N", "keep it as not right: never an example"),
        Action("unmark N", "take either mark away"),
        Action("export [FILE]", "write all as JSON lines"),
        Action("prune DAYS", "delete what is older"),
    )),
    Command("investigation", "the investigations of this folder", (
        Action("list", "list them"),
        Action("save FILE", "write the last one as a notebook, or as a .html, .pdf, .docx or .pptx report", "notebook"),
    )),
    Command("documents", "the documents made here, with all their versions", (
        Action("list", "list them"),
        Action("versions NAME", "list the versions of one"),
        Action("restore NAME N", "bring a version back"),
        Action("diff NAME [N M]", "compare two versions, by default the last two"),
        Action("prune DAYS|SIZE", "delete older versions, or the oldest beyond a size such as 500MB"),
        Action("templates", "list the templates for --template"),
        Action("template check FILE", "say what of a template is filled, what stays empty, and what would be lost"),
    )),
    Command("snippets", "saved code, with the result it should give", (
        Action("list", "list it"),
        Action("save NAME", "save the code of the last answer", "notebook"),
        Action("show NAME", "print it"),
        Action("run NAME", "run it", "notebook"),
        Action("test [NAME]", "run one or all, and compare the results"),
        Action("expect NAME", "run it, and expect this result from now on", "notebook"),
        Action("delete NAME", "delete it"),
    )),
    Command("lock", "the pinned answers of this folder, in analyst.lock", (
        Action("status", "list them, and the questions that have no pin"),
        Action("verify", "fail if a question has no pin, or a pin was edited"),
        Action("update", "accept pins that were edited by hand"),
        Action("prune", "remove pins whose question is in no notebook"),
    )),
    Command("thread", "separate conversations, each with its own model and language", (
        Action("list", "list them"),
        Action("NAME", "continue a conversation, or begin it"),
        Action("delete NAME", "forget one"),
    ), only="notebook"),
    Command("jobs", "list the questions asked with --background", only="notebook"),
    Command("stop", "stop the questions that run in the background", only="notebook"),
    Command("mcp", "let an agent work with this data, within the privacy level (MCP)", (
        Action("start [PORT] [approve]", "start a server here and say what to add; approve: ask before code runs",
               "notebook"),
        Action("stop", "stop it", "notebook"),
        Action("list", "list the answers of agents", "notebook"),
        Action("show NAME", "show an agent's answer in full", "notebook"),
    )),
    Command("worker", "take tasks of Jupyter Servers from the queue that the setting broker names", only="shell"),
    Command("models", "list the models that can be used"),
    Command("key", "keep a provider's API key in the system's keyring", arguments="PROVIDER [forget]"),
    Command("reset", "start afresh: a new sandbox and an empty conversation", only="notebook"),
    Command("image", "the sandbox image", (
        Action("build", "build it, if it is not up to date"),
        Action("status", "say whether it is there and up to date"),
    ), only="shell"),
    Command("sandbox", "the sandboxes on this machine", (
        Action("list", "list the containers that run code"),
        Action("prune", "remove those whose notebook is gone, and old images"),
    ), only="shell"),
    Command("eval", "ask questions with known answers, and report how many are right", only="shell"),
    Command("export", "write a notebook as a report", only="shell"),
    Command("batch", "write a report of a notebook for each row of a table", only="shell"),
    Command("plan-schema", "print the JSON Schema of query plans, which models may answer with", only="shell"),
    Command("help", "show this", only="notebook"),
)  # fmt: skip


def commands_of(surface: Surface) -> dict[str, Command]:
    """The commands that can be used there, by name."""
    return {command.name: command for command in COMMANDS if command.only in {None, surface}}


def find_command(name: str, surface: Surface) -> Command:
    """The command of a name.

    Raises:
        UnknownOption: There is none; the nearest is suggested.

    Example:
        >>> find_command("lock", "shell").name
        'lock'
    """
    known = commands_of(surface)
    if name in known:
        return known[name]
    near = difflib.get_close_matches(name, known, 1)
    prefix = PREFIX[surface]
    if near:
        step = message("Did you mean {prefix}{near}?", prefix=prefix, near=near[0])
    elif surface == "notebook":
        step = message("A question goes into a cell that begins with %%analyst; `%analyst help` lists the commands.")
    else:
        step = message("Commands: {known}.", known=", ".join(known))
    raise UnknownOption(message("There is no command {prefix}{name}.", prefix=prefix, name=name), step)


def split_action(command: Command, words: Sequence[str], surface: Surface) -> tuple[str, list[str]]:
    """The action that words call, and what follows it; the first action where there are no words.

    Raises:
        UnknownOption: There is no such action; the nearest is suggested.

    Example:
        >>> split_action(find_command("history", "shell"), ["search", "total", "revenue"], "shell")
        ('search', ['total', 'revenue'])
    """
    known = [action.name for action in command.actions_of(surface)]
    if not words:
        return known[0], []
    if words[0] in known or "NAME" in known:
        return words[0], list(words[1:])
    near = difflib.get_close_matches(words[0], known, 1)
    prefix = f"{PREFIX[surface]}{command.name} "
    step = message("Did you mean {prefix}{near}?", prefix=prefix, near=near[0]) if near else command.usage(surface)
    raise UnknownOption(message("There is no command {prefix}{words}.", prefix=prefix, words=words[0]), step)


def wrong_arguments(name: str, action: str) -> UnknownOption:
    """The error of an action that is not followed by what it needs."""
    (command,) = (command for command in COMMANDS if command.name == name)
    (usage,) = (known.usage for known in command.actions if known.name == action)
    return UnknownOption(
        message("{name} {action} needs something else after it.", name=name, action=action),
        message("Write it as: {name} {usage}.", name=name, usage=usage),
    )


def describe(surface: Surface) -> str:
    """All commands with their actions, for the help of a surface."""
    rows = []
    for command in commands_of(surface).values():
        rows.append((f"{command.name} {command.arguments}".rstrip(), command.help))
        rows += [(f"{command.name} {action.usage}", action.help) for action in command.actions_of(surface)]
    prefix = PREFIX[surface]
    return "\n".join(f"{prefix}{usage:34} {text}" for usage, text in rows)


def describe_actions(command: Command, surface: Surface) -> str:
    """The actions of one command, for its help."""
    return "\n".join(f"  {action.usage:24} {action.help}" for action in command.actions_of(surface))


def complete(words: Sequence[str], letters: str, surface: Surface) -> list[str]:
    """What may follow the words of a command: names of commands, then of actions.

    Example:
        >>> complete(["lock"], "ver", "notebook")
        ['verify']
    """
    known: Iterable[str] = commands_of(surface)
    if words:
        command = commands_of(surface).get(words[0])
        known = [a.name for a in command.actions_of(surface)] if command is not None and len(words) == 1 else []
    return [name for name in known if name.startswith(letters) and name != "NAME"]


def _listed(texts: Sequence[str]) -> str:
    """Texts with commas and a last “or”."""
    return f"{', '.join(texts[:-1])} or {texts[-1]}" if len(texts) > 1 else "".join(texts)
