"""Every setting, once. Read at the edge (magic, command line, ``Analyst``); inward go plain values.

A setting comes from, strongest first: a keyword, an option or ``%config AnalystSettings.name = value``; the environment
(``ANALYST_NAME``); JupyterLab's settings editor; a configuration file of Jupyter or IPython
(``c.AnalystSettings.name = value``), the user's own before the administrator's; the Jupyter server's; the default. What
an administrator has locked none of them may loosen (``administrator.py``).
``load_settings`` reads them all, for the kernel, the server, the command line and ``Analyst`` alike. API keys are not
settings: they are read from the environment variable of the provider, so that no listing can show them.
"""

from __future__ import annotations

import copy
import difflib
import fnmatch
import json
import math
import os
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from traitlets import Bool, CaselessStrEnum, Dict, Float, Int, List, TraitError, TraitType, Unicode, validate
from traitlets.config import Config, Configurable
from traitlets.config.loader import LazyConfigValue

from . import language, theme
from .administrator import administrator, folders, loosened
from .config_files import config_files, merge, read_section
from .errors import SettingLocked, UnknownOption
from .filetypes import OUTPUT_FOLDER
from .lab_settings import lab_settings
from .language import LANGUAGES, message
from .sandbox_names import AUTO, BUILT_IN, sandbox_names
from .theme import DEFAULT, STYLES
from .turn import PRIVACY_LEVELS as PRIVACY_LEVELS

CONFIG_FILES = ("jupyter_config", "ipython_config")
Origin = Literal["default", "server", "administrator", "user", "environment", "notebook"]
"""Where the value of a setting comes from, the weakest first."""
_UNITS = {"": 1, "b": 1, **{f"{letter}b": 1000**n for n, letter in enumerate("kmgt", 1)},
          **{f"{letter}{rest}": 1024**n for n, letter in enumerate("kmgt", 1) for rest in ("", "ib")}}  # fmt: skip
ASK_ADMINISTRATOR = message("Keep within it, or ask your administrator.")
_SWITCH = {**dict.fromkeys(("1", "true", "yes", "on"), True), **dict.fromkeys(("0", "false", "no", "off"), False)}


def __getattr__(name: str) -> tuple[str, ...]:
    """``SANDBOXES``, read from the table of sandboxes when somebody asks, as other packages may add to it."""
    if name == "SANDBOXES":
        return sandbox_names()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


class SandboxName(CaselessStrEnum):  # type: ignore[type-arg]
    """A trait for a name of the table of sandboxes, which is read in full only for a name that is not built in."""

    def __init__(self, default: str, help: str) -> None:
        super().__init__((AUTO, *BUILT_IN), default, help=help)

    def validate(self, obj: Any, value: Any) -> Any:
        """The name as the table has it.

        Raises:
            TraitError: It is not in the table.
        """
        if str(value).lower() not in (AUTO, *BUILT_IN):
            self.values = sandbox_names()
        return super().validate(obj, value)


class ByteSize(Int[int, int | str]):
    """A size in bytes, which may be written as text: ``4GB``, ``2GiB``, ``512m``; see ``to_bytes``."""

    info_text = "a size such as 512MB, 2GiB or 4000000000"

    def validate(self, obj: Any, value: Any) -> int:
        """The size as a whole number of bytes.

        Raises:
            TraitError: It is not a size.
        """
        if isinstance(value, bool):
            self.error(obj, value)
        try:
            return to_bytes(value) if isinstance(value, str | int | float) else int(super().validate(obj, value))
        except ValueError:
            self.error(obj, value)

    def from_string(self, s: str) -> int:
        """The size that a text from the environment or the command line means."""
        return to_bytes(s)


class Switch(Bool[bool, bool]):
    """On or off; a text may say it by ``1``, ``true``, ``yes`` or ``on`` and their opposites."""

    def from_string(self, s: str) -> bool:
        """The value that a text from the environment or the command line means."""
        if s.strip().lower() not in _SWITCH:
            raise ValueError(s)
        return _SWITCH[s.strip().lower()]


class Words(List[str]):
    """A list of words; a text separates them by commas."""

    def from_string(self, s: str) -> list[str]:
        """The words of a text from the environment or the command line."""
        return [part.strip() for part in s.split(",") if part.strip()]


class Table(Dict):
    """A table of entries by name; a text has it as JSON."""

    def from_string(self, s: str) -> dict[str, Any]:
        """The table that a text from the environment or the command line means."""
        table = json.loads(s)
        if not isinstance(table, dict):
            raise ValueError(s)
        return table


class AnalystSettings(Configurable):
    """Settings of Analyst Magic. Times are in seconds; sizes are in bytes, or text such as ``2GB`` or ``2GiB``.

    Example:
        >>> settings = AnalystSettings(environ={}).with_options({"timeout": 30, "memory": "2GiB"})
        >>> settings.timeout, settings.memory, settings.privacy
        (30.0, 2147483648, 'stats')

        What an administrator has locked, here given by hand, can be made stricter alone:

        >>> locked = AnalystSettings(environ={}, locks={"privacy": "stats"})
        >>> locked.is_locked("privacy"), locked.fixed("privacy"), locked.fixed("timeout")
        (True, 'stats', None)
        >>> locked.set_option("privacy", "rows")
        Traceback (most recent call last):
        analyst_magic.errors.SettingLocked: The administrator has fixed the setting privacy at most stats. ...
        >>> locked.keep_locked("timeout", "No limit")
    """

    model = Unicode(
        "", help="`offline` or PROVIDER:MODEL. Empty: the first provider with a key in the environment, else `offline`."
    ).tag(config=True)
    models = Words(
        Unicode(), help="Models that may be asked, as `ollama:*, openai:gpt-5*`; empty for any. `offline` always may."
    ).tag(config=True)
    base_url = Unicode("", help="Address of an OpenAI-compatible endpoint, in place of the provider's own.").tag(
        config=True
    )
    privacy = CaselessStrEnum(
        PRIVACY_LEVELS, "stats", help="How much of the data a model may see: schema, stats, masked or rows."
    ).tag(config=True)
    hidden = Words(
        Unicode(), help="Columns that no model ever sees, as FRAME.COLUMN; FRAME.* hides a whole frame or table."
    ).tag(config=True)
    sandbox = SandboxName(
        AUTO,
        help="Where code runs: kubernetes, docker, local (the system's own means), or auto: the first that works here.",
    ).tag(config=True)
    spares = Int(1, min=0, max=20, help="Warm sandboxes held ready for a reset, a time-out or a kill.").tag(config=True)
    image = Unicode("", help="Name of the sandbox image; empty for this version's own.").tag(config=True)
    packages = Words(
        Unicode(),
        help="Packages that the sandbox image has beside its own, as `prophet,nltk>=3.9`; build it with them.",
    ).tag(config=True)
    runtime = Unicode(
        "", help="Another runtime of the Docker engine, such as runsc, or runtime class of the cluster."
    ).tag(config=True)
    timeout = Float(120.0, min=0.1, help="Time for one run of code.").tag(config=True)
    memory = ByteSize(4 * 1000**3, help="Memory of a sandbox.").tag(config=True)
    cpus = Float(0.0, min=0.0, help="Processor cores of a sandbox; 0 for all, at most 4.").tag(config=True)
    pids = Int(256, min=32, help="Processes and threads of a sandbox.").tag(config=True)
    disk = ByteSize(512 * 1000**2, help="Size of the sandbox's working directory.").tag(config=True)
    max_frame_bytes = ByteSize(8 * 1000**3, help="Size of all frames in a sandbox together.").tag(config=True)
    max_rows = Int(1_000_000, min=1, help="Rows of a result that are brought back.").tag(config=True)
    max_planned_rows = Int(
        1_000_000_000, min=1, help="Rows that a database may work through for one statement, by its own estimate."
    ).tag(config=True)
    max_repairs = Int(2, min=0, help="How often a model may correct its code after a failure.").tag(config=True)
    look_at_figures = Switch(
        False,
        help="Show a picture of a figure once to a model that takes images, and let it mend its code; at `stats` and "
        "`masked` only figures of aggregates over five rows or more.",
    ).tag(config=True)
    max_steps = Int(6, min=0, help="Steps that a model may take to see a result before it answers.").tag(config=True)
    mcp_servers = Table(
        help="MCP servers whose tools a model may ask for, by name: tables with `url` and `headers`, or with "
        "`command`, `args` and `env`; `tools` names those that it may call. ${NAME} is a variable of the environment."
    ).tag(config=True)
    window = Int(5, min=0, help="Number of previous questions that a model is sent with a new one.").tag(config=True)
    turn_seconds = Float(600.0, min=1.0, help="Time after which a turn begins no further attempt.").tag(config=True)
    turn_tokens = Int(200_000, min=1, help="Tokens after which a turn begins no further attempt.").tag(config=True)
    history = Switch(True, help="Keep the turns of notebooks in a history on this machine.").tag(config=True)
    history_path = Unicode("", help="The history's file; empty for one in Jupyter's data directory.").tag(config=True)
    history_days = Float(365.0, min=0.0, help="Days after which a turn is forgotten, unless it is marked good.").tag(
        config=True
    )
    tracing = Unicode(
        "", help="Where traces go: `otel` for this process's own tracer provider, or an OTLP address. Empty: nowhere."
    ).tag(config=True)
    trace_content = Switch(False, help="Put questions, prompts, answers and code into traces too.").tag(config=True)
    metrics = Switch(True, help="Count on this machine what the Jupyter server shows at /metrics.").tag(config=True)
    log_path = Unicode("", help="A file for structured logs, one JSON object in a line. Empty: none.").tag(config=True)
    lock = Switch(True, help="Pin the answers of a notebook in analyst.lock beside it.").tag(config=True)
    task_kernels = Int(2, min=1, max=64, help="Tasks of the server that run at once, each in a kernel.").tag(
        config=True
    )
    broker = Unicode(
        "",
        help="Address of a Redis through which `analyst worker` processes take the server's tasks, as redis://host/0. "
        "Empty: they run in kernels of the server.",
    ).tag(config=True)
    task_days = Float(7.0, min=0.01, help="Days after which the server forgets an ended task.").tag(config=True)
    frozen = Switch(False, help="Answer from analyst.lock alone; what is not pinned fails.").tag(config=True)
    model_timeout = Float(120.0, min=0.1, help="Time for one reply of a model.").tag(config=True)
    first_timeout = Float(
        0.0,
        min=0.0,
        help="Longest silence of a model before and within its reply; 0: model_timeout, while its connection lives.",
    ).tag(config=True)
    prompt_tokens = Int(6000, min=200, help="Tokens that the description of the frames may take.").tag(config=True)
    definitions = Unicode(
        "", help="File or folder of definitions (analyst.yaml). Empty: analyst.yaml and semantics/ beside the notebook."
    ).tag(config=True)
    language = CaselessStrEnum(
        (AUTO, *LANGUAGES),
        AUTO,
        help="The language of what is shown: en, de, fr, es, zh, or auto: that of JupyterLab in "
        "the panel, that of the kernel's environment in cells.",
    ).tag(config=True)
    theme = CaselessStrEnum(
        tuple(STYLES),
        DEFAULT.name,
        help="The look of charts, documents and reports where no analyst_theme.toml names one.",
    ).tag(config=True)
    output_directory = Unicode(OUTPUT_FOLDER, help="Folder for documents, beside the notebook.").tag(config=True)

    document_versions = Int(20, min=1, help="Versions of each document that are kept.").tag(config=True)

    document_days = Float(0.0, min=0.0, help="Days after which an earlier version may go; 0: never.").tag(config=True)
    document_bytes = ByteSize(2 * 1000**3, help="Size of all versions together, beyond which the oldest go.").tag(
        config=True
    )

    locked = Words(
        Unicode(), help="Settings that users may not loosen. It counts in the administrator's configuration alone."
    ).tag(config=True)

    def __init__(
        self, environ: Mapping[str, str] | None = None, locks: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        self._locks = _locks() if locks is None else locks
        config = Config({type(self).__name__: dict(self._locks)})
        given = kwargs.pop("config", None)
        if given is None and kwargs.get("parent") is not None:
            given = kwargs["parent"].config
        config.merge(copy.deepcopy(given or {}))
        super().__init__(config=config, **kwargs)
        self._loaded: dict[str, tuple[Any, Origin]] = {}
        for name in self.trait_names(config=True):
            text = (os.environ if environ is None else environ).get(f"ANALYST_{name.upper()}")
            if text is not None and name not in kwargs:
                self.set_option(name, text)

    def set_option(self, name: str, value: Any) -> None:
        """Set one setting from a keyword, an option or the environment.

        Raises:
            UnknownOption: There is no such setting, or it does not take the value.

        Example:
            >>> settings = AnalystSettings(environ={})
            >>> settings.set_option("memory", "2GiB")
            >>> settings.memory
            2147483648
        """
        names = sorted(self.trait_names(config=True))
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise UnknownOption(
                message("There is no setting {name}.", name=name),
                message("Did you mean {near}?", near=near[0])
                if near
                else message("Settings: {names}.", names=", ".join(names)),
            )
        trait = self.traits()[name]
        try:
            # Unicode.from_string would take off quotes and replace a tilde.
            value = os.fspath(value) if isinstance(value, os.PathLike) else value
            is_text = isinstance(value, str) and not isinstance(trait, Unicode | CaselessStrEnum)
            setattr(self, name, trait.from_string(value) if is_text else value)
        except SettingLocked:
            raise
        except (TraitError, ValueError):
            raise UnknownOption(
                message("The setting {name} does not take {value}.", name=name, value=repr(value)), str(trait.help)
            ) from None

    def with_options(self, options: Mapping[str, Any]) -> AnalystSettings:
        """A copy with some settings replaced.

        Raises:
            UnknownOption: As for ``set_option``.
        """
        changed = AnalystSettings(environ={}, locks=self._locks)
        for name in self.trait_names(config=True):
            setattr(changed, name, getattr(self, name))
        for name, value in options.items():
            changed.set_option(name, value)
        return changed

    def is_locked(self, name: str) -> bool:
        """Whether the administrator has fixed a setting; with the models, the address of their endpoint too."""
        return name in self._locks

    def fixed(self, name: str) -> Any:
        """The administrator's value of a locked setting; None where users may choose."""
        return self._locks.get(name)

    def keep_locked(self, name: str, what: str) -> None:
        """Refuse what takes the place of a locked setting.

        Args:
            name: The setting's.
            what: What would take its place, as the beginning of a sentence.

        Raises:
            SettingLocked: The administrator has fixed the setting.
        """
        if self.is_locked(name):
            raise SettingLocked(
                message(
                    "{what} would go round the setting {name}, which the administrator has fixed.", what=what, name=name
                ),
                ASK_ADMINISTRATOR,
            )

    def may_ask(self, model: str) -> bool:
        """Whether a model, by its full name, is among those that may be asked.

        Example:
            >>> settings = AnalystSettings(environ={}).with_options({"models": "ollama:*"})
            >>> settings.may_ask("ollama:llama3.2"), settings.may_ask("openai:gpt-5.5"), settings.may_ask("offline")
            (True, False, True)
        """
        lists = [names for names in (self.models, self._locks.get("models")) if names]
        return all(any(fnmatch.fnmatchcase(model, one) for one in (*names, "offline")) for names in lists)

    def chosen_model(self, default: Callable[[], str]) -> str:
        """The model that is set; else a default, where it may be asked, or else the first that is named whole.

        Args:
            default: Finds the default, where none is set: it looks for keys in the keyring.

        Example:
            >>> settings = AnalystSettings(environ={}).with_options({"models": ["ollama:*", "ollama:qwen3"]})
            >>> settings.chosen_model(lambda: "openai:gpt-5.5"), settings.chosen_model(lambda: "ollama:llama3.2")
            ('ollama:qwen3', 'ollama:llama3.2')
        """
        if self.model:
            return self.model
        found = default()
        named = [one for one in self.models if not set(one) & set("*?[")]
        return found if self.may_ask(found) else [*named, "offline"][0]

    def _remember(self, origins: Mapping[str, Origin], environ: Mapping[str, str]) -> None:
        """Take the values of now as loaded; called by ``load_settings``.

        Args:
            origins: Where the configured values come from.
            environ: The environment.
        """
        for name in self.trait_names(config=True):
            origin = origins.get(name, "default")
            if f"ANALYST_{name.upper()}" in environ and origin != "administrator":
                origin = "environment"
            self._loaded[name] = copy.copy(getattr(self, name)), origin

    def origin(self, name: str) -> Origin:
        """Where the value of a setting comes from.

        Example:
            >>> settings = load_settings(environ={"ANALYST_TIMEOUT": "30"})
            >>> settings.set_option("max_rows", 10)
            >>> settings.origin("timeout"), settings.origin("max_rows")
            ('environment', 'notebook')
        """
        value, origin = self._loaded.get(name, (self.trait_defaults(name), "default"))
        return origin if getattr(self, name) == value else "notebook"

    def refresh(self, loaded: AnalystSettings) -> None:
        """Take the values of settings that were loaded anew, except for what was changed here since the first load.

        Example:
            >>> settings = load_settings(environ={})
            >>> settings.set_option("timeout", 30)
            >>> settings.refresh(load_settings(environ={"ANALYST_TIMEOUT": "60", "ANALYST_MAX_ROWS": "10"}))
            >>> settings.timeout, settings.max_rows
            (30.0, 10)
        """
        for name in self.trait_names(config=True):
            if self.origin(name) != "notebook" or getattr(self, name) == getattr(loaded, name):
                setattr(self, name, getattr(loaded, name))
                self._loaded[name] = loaded._loaded[name]

    @validate(*(_name for _name, _trait in list(locals().items()) if isinstance(_trait, TraitType)))
    def _within_locks(self, proposal: Any) -> Any:
        """Called with each new value of a setting, before it is taken."""
        name, value = proposal["trait"].name, proposal["value"]
        if name in self._locks and (bound := loosened(name, value, self._locks[name])):
            if name == "locked":
                raise SettingLocked(
                    message("The setting locked counts in the administrator's configuration alone."),
                    message("It lies in one of {names}.", names=", ".join(map(str, folders()))),
                )
            raise SettingLocked(
                message("The administrator has fixed the setting {name} {bound}.", name=name, bound=bound),
                ASK_ADMINISTRATOR,
            )
        if name == "model" and value and not self.may_ask(value):
            kind = SettingLocked if "models" in self._locks else UnknownOption
            raise kind(
                f"The model {value} is not among those that may be asked: "
                f"{', '.join(self._locks.get('models') or self.models)}.",
                "Choose one of them, or offline" + (", or ask your administrator." if "models" in self._locks else "."),
            )
        return value


@cache
def _locks() -> Mapping[str, Any]:
    """The values that the administrator has fixed, by setting, as the settings hold them.

    Raises:
        UnknownOption: The administrator's configuration names a setting that does not exist, or a value that it does
            not take.
    """
    found = administrator()
    plain = AnalystSettings(environ={}, locks={})
    names = dict.fromkeys((*found.locked, *(["base_url"] if "models" in found.locked else [])))
    for name in names:
        plain.set_option(name, found.values.get(name, getattr(plain, name, "")))
    return {**{name: getattr(plain, name) for name in names}, "locked": list(found.locked)}


def take_look(settings: AnalystSettings) -> None:
    """Show things as the settings ``language`` and ``theme`` say, in all of this process, also when they change.

    Called once by what talks to a person: the extension of a kernel, and the command line.
    """

    def take(_: object = None) -> None:
        language.use(settings.language)
        theme.use(settings.theme)

    settings.observe(take, ["language", "theme"])
    take()


def load_settings(
    parent: Configurable | None = None,
    environ: Mapping[str, str] | None = None,
    files: Sequence[str] = CONFIG_FILES,
    profile: str = "",
) -> AnalystSettings:
    """The settings of the environment, of Jupyter's and IPython's configuration files, and the defaults, in this order.

    Args:
        parent: The application or shell whose own configuration comes before that of the files.
        environ: The environment; that of this process by default.
        files: Names of configuration files without their ending; a later one wins. They are looked for where Jupyter
            and IPython look for theirs, as ``.py`` and ``.json``.
        profile: IPython's profile; by default that of the shell that runs here, else ``default``.

    Raises:
        UnknownOption: A file cannot be read, or a setting does not exist or does not take its value. A file that fails
            is never passed over: it may be the one that lowers the privacy level.
    """
    config = Config()
    origins: dict[str, Origin] = {}

    def take(section: Mapping[str, Any], origin: Origin) -> None:
        merge(config.AnalystSettings, section)
        origins.update(dict.fromkeys(section, origin))

    take(administrator().server, "server")
    for path in config_files(files, profile):
        take(_checked_section(path), "administrator" if path.parent in folders() else "user")
    take(_of_lab(), "user")
    if parent is not None:
        own = copy.deepcopy(parent.config)
        take(own.pop("AnalystSettings", {}), "user")
        config.merge(own)
    origins.update(dict.fromkeys(_locks(), "administrator"))
    try:
        loaded = AnalystSettings(environ, parent=parent, config=config)
        loaded._remember(origins, os.environ if environ is None else environ)
        return loaded
    except SettingLocked:
        raise
    except TraitError as error:
        raise UnknownOption(
            message("A setting cannot be used: {error}", error=str(error)), message("Correct it in the configuration.")
        ) from None


def _of_lab() -> Mapping[str, Any]:
    """What the user set in JupyterLab's settings editor. With the first change it stores every value, so one
    that is the default says nothing: else no later configuration of an administrator would reach that user."""
    plain = AnalystSettings(environ={}, locks={})
    found: dict[str, Any] = {}
    for name, value in lab_settings().items():
        if name in plain.trait_names(config=True):
            before = getattr(plain, name)
            plain.set_option(name, value)
            found |= {name: getattr(plain, name)} if getattr(plain, name) != before else {}
    return found


def _checked_section(path: Path) -> Mapping[str, Any]:
    """The settings in one configuration file.

    Raises:
        UnknownOption: The file cannot be read, or a setting in it cannot be used.
    """
    section = read_section(path, AnalystSettings.__name__)
    settings = AnalystSettings(environ={}, locks={})
    for name, value in section.items():
        added = copy.deepcopy(value).get_value([]) if isinstance(value, LazyConfigValue) else value
        try:
            settings.set_option(name, added)
        except UnknownOption as error:
            raise UnknownOption(message("{path}: {reason}", path=path, reason=error.message), error.next_step) from None
    return section


def to_bytes(text: str | float) -> int:
    """A size in bytes.

    ``kB``, ``MB``, ``GB`` and ``TB`` are powers of 1000, ``KiB``, ``MiB``, ``GiB`` and ``TiB`` powers of 1024. A single
    letter, as in ``512m`` or ``2g``, is a power of 1024, as Docker reads it. Small and capital letters are the same.

    Raises:
        ValueError: It is not a size of at least one byte.

    Example:
        >>> to_bytes("2GB"), to_bytes("2GiB"), to_bytes("1.5 kB"), to_bytes("512m"), to_bytes(1000)
        (2000000000, 2147483648, 1500, 536870912, 1000)
    """
    if isinstance(text, str):
        found = re.fullmatch(r"([\d_]*\.?\d+|\d+\.)(?:e(\d+))?\s*([a-z]*)", text.strip().lower())
        if found is None or found[3] not in _UNITS:
            raise ValueError(text)
        number = float(f"{found[1]}e{found[2] or 0}") * _UNITS[found[3]]
    else:
        number = float(text)
    if not math.isfinite(number) or number < 1:
        raise ValueError(text)
    return int(number)
