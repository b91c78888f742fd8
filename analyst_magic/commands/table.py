"""THE table of commands: help, usage, completion and error messages of ``%analyst`` and ``analyst`` come from it.

To add a command, add a row here and a function in this package, and name it in ``notebook.magic`` or ``cli.actions``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ..errors import UnknownOption
from ..language import Message, localize, message

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

    def usage(self, surface: Surface) -> Message:
        """One line that names all actions, as the next step of an error."""
        usages = [action.usage for action in self.actions_of(surface)]
        if len(usages) == 1:
            return message("Use {usage}.", usage=usages[0])
        return message("Use {usages} or {last}.", usages=usages[:-1], last=usages[-1])


COMMANDS = (
    Command("ask", message("answer a question about data files"), only="shell"),
    Command("run", message("run Python or SQL in the sandbox; no model is asked"), only="shell"),
    Command("refine", message("ask the last question again, with a change"), arguments="TEXT", only="notebook"),
    Command("status", message("show the model, privacy level, usage, lock, history and sandbox"), only="notebook"),
    Command("doctor", message("check everything a question needs, and what the sandbox isolates")),
    Command("frames", message("list the data that questions can use"), only="notebook"),
    Command("context", message("show what a model would be sent; nothing is sent"),
            arguments="[QUESTION]", only="notebook"),
    Command("profile",
            message("look at a frame, file or table before any question: faults, distributions, keys, joins"),
            arguments="NAME [--compare NAME] [-o FILE]"),
    Command("check", message("hold expectations against data and fail in a shell; --draft writes a first file of them"),
            arguments="NAME [FILE.yaml] [--draft]"),
    Command("explain", message("let the model explain a cell: one that has run, or one of a notebook file"),
            arguments="[NOTEBOOK] [N]"),
    Command("fix", message("let the model propose a corrected cell, to accept or reject"), arguments="[NOTEBOOK] [N]"),
    Command("document", message("let the model propose notes above the cells of a notebook file, to accept or reject"),
            arguments="NOTEBOOK"),
    Command("data", message("data files that every question of this folder can use"), (
        Action("list", message("list them")),
        Action("add NAME=FILE [SOURCE]", message("register a file, and say where it comes from")),
        Action("show NAME", message("show a file's columns")),
        Action("drop NAME", message("remove it from the list; the file stays")),
    )),
    Command("connect", message("connect a database for every question of this folder"), arguments="NAME ADDRESS",
            only="notebook"),
    Command("disconnect", message("forget a connection"), arguments="NAME", only="notebook"),
    Command("tables", message("list the connections, or the tables of one"), arguments="[NAME [WORDS] [--refresh]]",
            only="notebook"),
    Command("define", message("define a metric or a field for every question of this folder"),
            arguments="NAME = FORMULA"),
    Command("definitions", message("the metrics and fields of this folder, in analyst.yaml"), (
        Action("list", message("list them")),
        Action("show NAME", message("show one with its formula in full")),
        Action("check", message("say what is wrong in the files, and fail in a shell")),
        Action("draft", message("write a first draft from the data in scope: keys, joins, labels")),
        Action("forget NAME", message("take one out of analyst.yaml")),
    )),
    Command("verify", message("write the last answer as a verified question, which answers it from then on"),
            arguments='"NAME" [NOTE]', only="notebook"),
    Command("history", message("earlier questions and their answers, on this machine"), (
        Action("list [N]", message("list the latest")),
        Action("search WORDS", message("find questions and answers by their words")),
        Action("show N", message("show one in full")),
        Action("replay N", message("run its code again"), "notebook"),
        Action("good N", message("use it as an example for questions over the same frames")),
        Action("not-good N", message("keep it as not right: never an example")),
        Action("unmark N", message("take either mark away")),
        Action("export [FILE]", message("write all as JSON lines")),
        Action("prune DAYS", message("delete what is older")),
    )),
    Command("investigation", message("the investigations of this folder"), (
        Action("list", message("list them")),
        Action("save FILE", message("write the last one as a notebook, or as a .html, .pdf, .docx or .pptx report"),
               "notebook"),
    )),
    Command("documents", message("the documents made here, with all their versions"), (
        Action("list", message("list them")),
        Action("versions NAME", message("list the versions of one")),
        Action("restore NAME N", message("bring a version back")),
        Action("diff NAME [N M]", message("compare two versions, by default the last two")),
        Action("prune DAYS|SIZE", message("delete older versions, or the oldest beyond a size such as 500MB")),
        Action("templates", message("list the templates for --template")),
        Action("template check FILE",
               message("say what of a template is filled, what stays empty, and what would be lost")),
    )),
    Command("snippets", message("saved code, with the result it should give"), (
        Action("list", message("list it")),
        Action("save NAME", message("save the code of the last answer"), "notebook"),
        Action("show NAME", message("print it")),
        Action("run NAME", message("run it"), "notebook"),
        Action("test [NAME]", message("run one or all, and compare the results")),
        Action("expect NAME", message("run it, and expect this result from now on"), "notebook"),
        Action("delete NAME", message("delete it")),
    )),
    Command("lock", message("the pinned answers of this folder, in analyst.lock"), (
        Action("status", message("list them, and the questions that have no pin")),
        Action("verify", message("fail if a question has no pin, or a pin was edited")),
        Action("update", message("accept pins that were edited by hand")),
        Action("prune", message("remove pins whose question is in no notebook")),
    )),
    Command("thread", message("separate conversations, each with its own model and language"), (
        Action("list", message("list them")),
        Action("NAME", message("continue a conversation, or begin it")),
        Action("delete NAME", message("forget one")),
    ), only="notebook"),
    Command("jobs", message("list the questions asked with --background"), only="notebook"),
    Command("stop", message("stop the questions that run in the background"), only="notebook"),
    Command("mcp", message("let an agent work with this data, within the privacy level (MCP)"), (
        Action("start [PORT] [approve]",
               message("start a server here and say what to add; approve: ask before code runs"),
               "notebook"),
        Action("stop", message("stop it"), "notebook"),
        Action("list", message("list the answers of agents"), "notebook"),
        Action("show NAME", message("show an agent's answer in full"), "notebook"),
    )),
    Command("worker", message("take tasks of Jupyter Servers from the queue that the setting broker names"),
            only="shell"),
    Command("models", message("list the models that can be used")),
    Command("key", message("keep a provider's API key in the system's keyring"), arguments="PROVIDER [forget]"),
    Command("reset", message("start afresh: a new sandbox and an empty conversation"), only="notebook"),
    Command("image", message("the sandbox image"), (
        Action("build", message("build it, if it is not up to date")),
        Action("status", message("say whether it is there and up to date")),
    ), only="shell"),
    Command("sandbox", message("the sandboxes on this machine"), (
        Action("list", message("list the containers that run code")),
        Action("prune", message("remove those whose notebook is gone, and old images")),
    ), only="shell"),
    Command("eval", message("ask questions with known answers, and report how many are right"), only="shell"),
    Command("export", message("write a notebook as a report"), only="shell"),
    Command("batch", message("write a report of a notebook for each row of a table"), only="shell"),
    Command("plan-schema", message("print the JSON Schema of query plans, which models may answer with"), only="shell"),
    Command("help", message("show this"), only="notebook"),
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
    """All commands with their actions, for the help of a surface, in the language of now."""
    rows = []
    for command in commands_of(surface).values():
        rows.append((f"{command.name} {command.arguments}".rstrip(), command.help))
        rows += [(f"{command.name} {action.usage}", action.help) for action in command.actions_of(surface)]
    prefix = PREFIX[surface]
    return "\n".join(f"{prefix}{usage:34} {localize(text)}" for usage, text in rows)


def describe_actions(command: Command, surface: Surface) -> str:
    """The actions of one command, for its help, in the language of now."""
    return "\n".join(f"  {action.usage:24} {localize(action.help)}" for action in command.actions_of(surface))


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
