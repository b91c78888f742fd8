"""The settings that people change in a form: in JupyterLab's settings editor, and in the panel.

``properties`` makes their schema from ``AnalystSettings``. The panel is given it by the server; the settings editor
reads it from ``labextension/schema/panel.json``, which ``python -m analyst_magic.settings_schema FILE`` writes anew.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from traitlets import Bool, Float, Int, List

from .language import LANGUAGES
from .sandbox_names import AUTO, BUILT_IN
from .settings import AnalystSettings, ByteSize
from .turn import PRIVACY_LEVELS, PRIVACY_WORDS

SANDBOXES: dict[str, str] = {
    "auto": "in a pod inside a cluster, in a Docker container where an engine answers, else by this system’s own means",
    "kubernetes": "in a pod of a Kubernetes cluster, without network",
    "docker": "in a container without network",
    "local": "in a process of its own, with this system’s own means of isolation",
}
"""Of the sandboxes that are built in, where code runs."""
TITLES = {
    "model": "Model",
    "base_url": "Address of the model",
    "privacy": "What a model may see of the data",
    "hidden": "Hidden columns",
    "sandbox": "Where code runs",
    "timeout": "Seconds for one run of code",
    "model_timeout": "Seconds for one reply of a model",
    "turn_seconds": "Seconds for a whole answer",
    "memory": "Memory of a sandbox",
    "max_rows": "Rows of a result",
    "max_repairs": "Corrections after a failure",
    "language": "Language",
    "theme": "Look of charts and reports",
    "history": "Keep a history",
    "lock": "Pin answers in analyst.lock",
}
"""The settings of the form, in its order, with what they are called there."""


CHOICES: dict[str, dict[str, str]] = {
    "language": {"auto": "as JupyterLab, and the kernel's environment", **LANGUAGES},
    "theme": {"classic": "classic: blue and orange", "modern": "modern: bright", "quiet": "quiet: grey and wine red"},
}
"""Of settings with few values, what each is called."""


def properties() -> dict[str, dict[str, Any]]:
    """The schema of each setting of the form, as JSON Schema has it.

    Example:
        >>> properties()["max_repairs"]["type"], properties()["privacy"]["default"]
        ('integer', 'stats')
    """
    plain = AnalystSettings(environ={}, locks={})
    return {name: _property(name, title, plain) for name, title in TITLES.items()}


def _property(name: str, title: str, plain: AnalystSettings) -> dict[str, Any]:
    trait = plain.traits()[name]
    base = {"title": title, "description": str(trait.help), "default": form_value(plain, name)}
    if name == "privacy":
        return {**base, "type": "string", "oneOf": [_choice(level, *PRIVACY_WORDS[level]) for level in PRIVACY_LEVELS]}
    if name == "sandbox":  # one of another package too
        return {**base, "type": "string", "examples": [AUTO, *BUILT_IN]}
    if name in CHOICES:
        choices = [{"const": value, "title": title} for value, title in CHOICES[name].items()]
        return {**base, "type": "string", "oneOf": choices}
    if isinstance(trait, List):
        return {**base, "type": "array", "items": {"type": "string"}}
    if isinstance(trait, Bool):
        return {**base, "type": "boolean"}
    if isinstance(trait, Int | Float) and not isinstance(trait, ByteSize):
        kind = "integer" if isinstance(trait, Int) else "number"
        return {**base, "type": kind, "minimum": trait.min}
    return {**base, "type": "string"}


def form_value(settings: AnalystSettings, name: str) -> Any:
    """A setting's value as the form has it: a size is text, such as ``4GB``."""
    value = getattr(settings, name)
    if not isinstance(settings.traits()[name], ByteSize):
        return value
    for unit, factor in (("GB", 1000**3), ("MB", 1000**2), ("kB", 1000)):
        if value % factor == 0:
            return f"{value // factor}{unit}"
    return str(value)


def _choice(value: str, label: str, about: str) -> dict[str, str]:
    return {"const": value, "title": f"{label}: {about}"}


def write_schema(path: Path) -> None:
    """Put the settings into the panel's schema; what it has of its own stays."""
    schema = json.loads(path.read_text("utf-8"))
    stored = schema["properties"]
    schema["properties"] = {"enterAsks": stored["enterAsks"], **properties(), "keys": stored["keys"]}
    path.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


OWN = ("enterAsks", "keys")
"""Settings of the panel itself, which are none of ``AnalystSettings``."""

if __name__ == "__main__":
    write_schema(Path(sys.argv[1]))
