"""Every setting, once. Read at the edge (magic, command line, ``Analyst``); inward go plain values.

A setting comes from, strongest first: a keyword or option, ``%config AnalystSettings.name = value`` or a Jupyter
configuration file (``c.AnalystSettings.name``), the environment (``ANALYST_NAME``), the default. API keys are no
setting: they are read from the environment variable of the provider, so that no listing can show them.
"""

from __future__ import annotations

import difflib
import os
from collections.abc import Mapping
from typing import Any

from traitlets import Bool, CaselessStrEnum, Float, Int, List, TraitError, Unicode
from traitlets.config import Configurable

from .errors import UnknownOption
from .filetypes import OUTPUT_FOLDER
from .turn import PRIVACY_LEVELS as PRIVACY_LEVELS

SANDBOXES = ("auto", "docker", "local")


class AnalystSettings(Configurable):
    """Settings of Analyst Magic. Sizes are in bytes and may be written as ``2GB``; times are in seconds."""

    model = Unicode(
        "", help="`offline` or PROVIDER:MODEL. Empty: the first provider with a key in the environment, else `offline`."
    ).tag(config=True)
    base_url = Unicode("", help="Address of an OpenAI-compatible endpoint, in place of the provider's own.").tag(
        config=True
    )
    privacy = CaselessStrEnum(
        PRIVACY_LEVELS, "stats", help="How much of the data a model may see: schema, stats, masked or rows."
    ).tag(config=True)
    hidden = List(Unicode(), help="Columns that no model ever sees, as FRAME.COLUMN.").tag(config=True)
    sandbox = CaselessStrEnum(
        SANDBOXES,
        "auto",
        help="Where code runs: docker, local (this system's own means), or auto: Docker where an engine answers.",
    ).tag(config=True)
    spares = Int(1, min=0, max=20, help="Warm sandboxes held ready for a reset, a time-out or a kill.").tag(config=True)
    image = Unicode("", help="Name of the sandbox image; empty for this version's own.").tag(config=True)
    packages = List(
        Unicode(),
        help="Packages that the sandbox image has beside its own, as `prophet,nltk>=3.9`; build it with them.",
    ).tag(config=True)
    runtime = Unicode("", help="Another runtime of the Docker engine, such as runsc.").tag(config=True)
    timeout = Float(120.0, min=0.1, help="Time for one run of code.").tag(config=True)
    memory = Unicode("4GB", help="Memory of a sandbox.").tag(config=True)
    cpus = Float(0.0, min=0.0, help="Processor cores of a sandbox; 0 for all, at most 4.").tag(config=True)
    pids = Int(256, min=32, help="Processes and threads of a sandbox.").tag(config=True)
    disk = Unicode("512MB", help="Size of the sandbox's working directory.").tag(config=True)
    max_frame_bytes = Unicode("8GB", help="Size of all frames in a sandbox together.").tag(config=True)
    max_rows = Int(1_000_000, min=1, help="Rows of a result that are brought back.").tag(config=True)
    max_repairs = Int(2, min=0, help="How often a model may mend its code after a failure.").tag(config=True)
    max_steps = Int(6, min=0, help="Steps that a model may take to see a result before it answers.").tag(config=True)
    window = Int(5, min=0, help="Earlier questions that belong to the conversation.").tag(config=True)
    turn_seconds = Float(600.0, min=1.0, help="Time after which a turn begins no further attempt.").tag(config=True)
    turn_tokens = Int(200_000, min=1, help="Tokens after which a turn begins no further attempt.").tag(config=True)
    history = Bool(True, help="Keep the turns of notebooks in a history on this machine.").tag(config=True)
    history_path = Unicode("", help="The history's file; empty for one in Jupyter's data directory.").tag(config=True)
    history_days = Float(365.0, min=0.0, help="Days after which a turn is forgotten, unless it is marked good.").tag(
        config=True
    )
    tracing = Unicode(
        "", help="Where traces go: `otel` for this process's own tracer provider, or an OTLP address. Empty: nowhere."
    ).tag(config=True)
    trace_content = Bool(False, help="Put questions, prompts, answers and code into traces too.").tag(config=True)
    metrics = Bool(True, help="Count on this machine what the Jupyter server shows at /metrics.").tag(config=True)
    log_path = Unicode("", help="A file for structured logs, one JSON object in a line. Empty: none.").tag(config=True)
    lock = Bool(True, help="Pin the answers of a notebook in analyst.lock beside it.").tag(config=True)
    frozen = Bool(False, help="Answer from analyst.lock alone; what is not pinned fails.").tag(config=True)
    model_timeout = Float(120.0, min=0.1, help="Time for one reply of a model.").tag(config=True)
    prompt_tokens = Int(6000, min=200, help="Tokens that the description of the frames may take.").tag(config=True)
    output_directory = Unicode(OUTPUT_FOLDER, help="Folder for documents, beside the notebook.").tag(config=True)

    document_versions = Int(20, min=1, help="Versions of each document that are kept.").tag(config=True)

    document_days = Float(0.0, min=0.0, help="Days after which an earlier version may go; 0: never.").tag(config=True)
    document_bytes = Unicode("2GB", help="Size of all versions together, beyond which the oldest go.").tag(config=True)

    def __init__(self, environ: Mapping[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        given = set(kwargs) | set(self._configured())
        for name in self.trait_names(config=True):
            text = (os.environ if environ is None else environ).get(f"ANALYST_{name.upper()}")
            if text is not None and name not in given:
                self.set_option(name, text)

    def set_option(self, name: str, value: Any) -> None:
        """Set one setting from a keyword, an option or the environment.

        Raises:
            UnknownOption: There is no such setting, or it does not take the value.
        """
        names = sorted(self.trait_names(config=True))
        if name not in names:
            near = difflib.get_close_matches(name, names, 1)
            raise UnknownOption(
                f"There is no setting {name}.", f"Did you mean {near[0]}?" if near else f"Settings: {', '.join(names)}."
            )
        trait = self.traits()[name]
        try:
            if isinstance(value, str) and not isinstance(trait, Unicode | CaselessStrEnum):
                value = _parse(trait, value)
            elif isinstance(trait, Unicode) and isinstance(value, int | float):
                value = f"{value:.0f}"
            if name in {"memory", "disk", "max_frame_bytes", "document_bytes"}:
                to_bytes(value)
            setattr(self, name, value)
        except (TraitError, ValueError):
            raise UnknownOption(f"The setting {name} does not take {value!r}.", str(trait.help)) from None

    def with_options(self, options: Mapping[str, Any]) -> AnalystSettings:
        """A copy with some settings replaced.

        Raises:
            UnknownOption: As for ``set_option``.
        """
        copy = AnalystSettings(environ={}, parent=self.parent)
        for name in self.trait_names(config=True):
            setattr(copy, name, getattr(self, name))
        for name, value in options.items():
            copy.set_option(name, value)
        return copy

    def _configured(self) -> Mapping[str, Any]:
        section: Mapping[str, Any] = self.config.get("AnalystSettings", {})
        return section


def to_bytes(text: str) -> int:
    """A size such as ``512MB``, ``2 GB``, ``1.5g`` or ``1000`` in bytes (powers of ten).

    Raises:
        ValueError: It is not one.
    """
    units = {"": 1, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
    plain = text.strip().upper().removesuffix("B").removesuffix("I").strip()
    unit = plain[-1:] if plain[-1:] in units else ""
    size = int(float(plain.removesuffix(unit)) * units[unit])
    if size <= 0:
        raise ValueError(text)
    return size


def _parse(trait: Any, text: str) -> Any:
    if isinstance(trait, List):
        return [part.strip() for part in text.split(",") if part.strip()]
    if isinstance(trait, Bool):
        word = text.strip().lower()
        if word not in {"1", "true", "yes", "on", "0", "false", "no", "off"}:
            raise ValueError(text)
        return word in {"1", "true", "yes", "on"}
    return float(text) if isinstance(trait, Float) else int(text)
