"""The configuration files of Jupyter and IPython, in Python and JSON, for programs that are not their applications."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, LazyConfigValue, PyFileConfigLoader

from .errors import UnknownOption


def config_files(names: Sequence[str]) -> Iterator[Path]:
    """The configuration files that exist, the weakest first."""
    from jupyter_core.paths import jupyter_config_path

    ipython = Path(os.environ.get("IPYTHONDIR") or "~/.ipython").expanduser() / "profile_default"
    folders = {
        "jupyter_config": [Path(folder) for folder in reversed(jupyter_config_path())],
        "ipython_config": [Path("/etc/ipython"), Path(sys.prefix, "etc", "ipython"), ipython],
    }
    for name in names:
        for folder in folders[name]:
            yield from (path for ending in (".py", ".json") if (path := folder / f"{name}{ending}").is_file())


def merge(section: Config, later: Mapping[str, Any]) -> None:
    """Add the values of a later file; ``c.AnalystSettings.hidden.append(...)`` adds to what an earlier one names."""
    for name, value in later.items():
        section[name] = value.get_value(section.get(name, [])) if isinstance(value, LazyConfigValue) else value


def read_section(path: Path, name: str) -> Mapping[str, Any]:
    """One section of a configuration file.

    Raises:
        UnknownOption: The file cannot be read, or fails.
    """
    loader = PyFileConfigLoader if path.suffix == ".py" else JSONFileConfigLoader
    try:
        section: Mapping[str, Any] = loader(path.name, path=str(path.parent)).load_config().get(name, {})
    except ConfigFileNotFound:  # it went away just now, or may not be read
        raise UnknownOption(f"The configuration file {path} cannot be read.", "Check its permissions.") from None
    except Exception as error:  # a configuration file in Python can raise anything
        where = f" on line {line}" if (line := _line_of(error, path)) else ""
        raise UnknownOption(
            f"The configuration file {path} fails: {type(error).__name__}{where}.", "Correct the file."
        ) from error
    return section


def _line_of(error: BaseException, path: Path) -> int:
    """The line of a file where an error arose, or 0."""
    line = int(getattr(error, "lineno", 0) or 0)
    trace = error.__traceback__
    while trace is not None:
        line = trace.tb_lineno if trace.tb_frame.f_code.co_filename == str(path) else line
        trace = trace.tb_next
    return line
