"""What the user has set in JupyterLab's settings editor, which holds for all their notebooks."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .errors import UnknownOption
from .language import message

PLUGIN = "analyst-magic-lab/panel.jupyterlab-settings"


def lab_settings() -> Mapping[str, Any]:
    """The panel's values in the user's settings of JupyterLab; empty where none are stored.

    Raises:
        UnknownOption: The file cannot be read. It is never passed over: it may lower the privacy level.
    """
    path = _folder() / PLUGIN
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UnknownOption(
            message("The settings {path} cannot be read: {reason}.", path=path, reason=error.strerror),
            message("Check its permissions."),
        ) from None
    try:
        found = _parsed(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise UnknownOption(
            message("The settings {path} cannot be read.", path=path),
            message("Correct them in JupyterLab's settings editor."),
        )
    return found


def _folder() -> Path:
    from jupyter_core.paths import jupyter_config_dir

    return Path(os.environ.get("JUPYTERLAB_SETTINGS_DIR") or Path(jupyter_config_dir(), "lab", "user-settings"))


def _parsed(text: str) -> Any:
    """The values of JSON with comments, as JupyterLab writes it."""
    try:
        import json5
    except ImportError:  # a kernel in an environment without JupyterLab
        lines = [line for line in text.splitlines() if not line.lstrip().startswith("//")]
        return json.loads("\n".join(lines))
    return json5.loads(text)
