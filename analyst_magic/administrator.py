"""What the administrator of this machine or server has fixed: settings that no notebook, user or variable may loosen.

An administrator's configuration lies where its users do not write: ``/etc/jupyter``, ``/usr/local/etc/jupyter``, or
``etc/jupyter`` of the environment, as ``jupyter_config`` or ``jupyter_server_config``:

    c.AnalystSettings.privacy = "stats"
    c.AnalystSettings.hidden = ["people.salary"]
    c.AnalystSettings.models = ["ollama:*"]
    c.AnalystSettings.locked = ["privacy", "hidden", "models", "sandbox"]

A Jupyter server that has such settings from elsewhere, as from its command line, hands them to its kernels. It binds
every way into the package. Whoever can run Python in a kernel can change the package itself there: what must hold
against that belongs outside the kernel, such as keys that a service holds and a network that lets nothing else out.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from traitlets.config import Config

from .config_files import files_in, merge, read_section
from .errors import UnknownOption
from .language import message
from .turn import PRIVACY_LEVELS

SECTION = "AnalystSettings"
FILES = ("jupyter_config", "jupyter_server_config")
HANDED_DOWN = "ANALYST_SERVER"
"""The variable by which a server tells its kernels what it is configured with."""
LIMITS = frozenset(
    "timeout memory cpus pids disk max_frame_bytes max_rows max_planned_rows max_repairs max_steps window turn_seconds "
    "turn_tokens model_timeout prompt_tokens spares".split()
)
"""Settings of which less is stricter."""


@dataclass(frozen=True, slots=True)
class Administrator:
    """What is configured for all users of this machine or server.

    Attributes:
        values: The administrator's values by the names of their settings.
        locked: Names of the settings that users may not loosen.
        server: Values that the server was started with, which users may change where they are not locked.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    locked: tuple[str, ...] = ()
    server: Mapping[str, Any] = field(default_factory=dict)


@cache
def administrator() -> Administrator:
    """What the administrator has configured; read once in a process.

    Raises:
        UnknownOption: A file of the configuration cannot be read.
    """
    server = _variable()
    section = Config()
    for path in files_in(folders(), FILES):
        merge(section, read_section(path, SECTION))
    files = {name: value for name, value in section.items() if name != "locked"}
    own, given = _names(section.get("locked", ())), _names(server.get("locked", ()))
    values = {name: server[name] for name in given if name in server} | files
    return Administrator(
        values, tuple(dict.fromkeys((*own, *given))), {k: v for k, v in server.items() if k != "locked"}
    )


def folders() -> list[Path]:
    """Folders of Jupyter's configuration that are the administrator's, the weakest first."""
    from jupyter_core import paths

    return [Path(folder) for folder in reversed([*paths.ENV_CONFIG_PATH, *paths.SYSTEM_CONFIG_PATH])]


def hand_down(values: Mapping[str, Any]) -> None:
    """Tell the kernels that this process will start what its own settings are."""
    os.environ[HANDED_DOWN] = json.dumps(dict(values))


def loosened(name: str, value: Any, fixed: Any) -> str:
    """What is wrong with a value of a locked setting, as the end of a sentence; empty where it may stand.

    Args:
        name: The setting's.
        value: What it would become.
        fixed: The administrator's value.

    Example:
        >>> loosened("privacy", "rows", "stats"), loosened("privacy", "schema", "stats")
        ('at most stats', '')
        >>> loosened("hidden", ["a.b", "c.d"], ["a.b"]), loosened("timeout", 600.0, 120.0)
        ('', 'at most 120.0')
    """
    if name == "privacy":
        return f"at most {fixed}" if PRIVACY_LEVELS.index(value) > PRIVACY_LEVELS.index(fixed) else ""
    if name == "hidden":
        shown = [column for column in fixed if column not in value]
        return f"with {', '.join(shown)} hidden" if shown else ""
    if name == "models":
        wider = not value or any(not any(fnmatchcase(one, known) for known in fixed) for one in value)
        return f"among {', '.join(fixed)}" if fixed and wider else ""
    if name in LIMITS:
        return f"at most {fixed}" if value > fixed else ""
    return (f"at {fixed}" if fixed not in ("", []) else "at its default") if value != fixed else ""


def _variable() -> Mapping[str, Any]:
    try:
        found = json.loads(os.environ.get(HANDED_DOWN) or "{}")
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UnknownOption(
            message("The variable {variable} cannot be read.", variable=HANDED_DOWN),
            message("Restart the Jupyter server, which sets it."),
        )
    return found


def _names(value: Any) -> Sequence[str]:
    return tuple(str(value).replace(" ", "").split(",")) if isinstance(value, str) else tuple(value)
