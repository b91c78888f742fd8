"""The configuration files of Jupyter and IPython, in Python and JSON, for programs that are not their applications."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import ConfigFileNotFound, JSONFileConfigLoader, LazyConfigValue, PyFileConfigLoader

from .errors import UnknownOption
from .language import message


def config_files(names: Sequence[str], profile: str = "") -> Iterator[Path]:
    """The configuration files that exist, the weakest first. They lie where Jupyter and IPython look for theirs.

    Args:
        names: ``jupyter_config`` or ``ipython_config``.
        profile: IPython's profile; by default that of the shell that runs here, else ``default``.

    Raises:
        UnknownOption: There is no such profile.
    """
    from jupyter_core.paths import jupyter_config_path

    shared = [Path(os.environ["PROGRAMDATA"], "ipython")] if "PROGRAMDATA" in os.environ else []
    shared += [Path("/usr/local/etc/ipython"), Path("/etc/ipython")] if os.name != "nt" else []
    folders = {
        "jupyter_config": [Path(folder) for folder in reversed(jupyter_config_path())],
        "ipython_config": [*shared, Path(sys.prefix, "etc", "ipython"), profile_folder(profile)],
    }
    for name in names:
        yield from files_in(folders[name], [name])


def files_in(folders: Iterable[Path], names: Sequence[str]) -> Iterator[Path]:
    """The configuration files of these names, without their ending, that exist in some folders."""
    for folder in folders:
        for name in names:
            yield from (path for ending in (".py", ".json") if (path := folder / f"{name}{ending}").is_file())


def profile_folder(profile: str = "") -> Path:
    """The folder of a profile of IPython.

    Args:
        profile: Its name; by default the profile of the shell that runs here, else ``default``.

    Raises:
        UnknownOption: There is no such profile.
    """
    if not profile and (location := _running_profile()):
        return Path(location)
    folder = _ipython_folder() / f"profile_{profile or 'default'}"
    if profile and not folder.is_dir():
        raise UnknownOption(
            message("There is no profile {profile} in {parent}.", profile=profile, parent=folder.parent),
            message("Make it: ipython profile create {profile}", profile=profile),
        )
    return folder


def _ipython_folder() -> Path:
    return Path(os.environ.get("IPYTHONDIR") or "~/.ipython").expanduser()


def _running_profile() -> str:
    """The folder of the profile that the shell of this process runs with; empty where there is no shell."""
    interactive = sys.modules.get("IPython.core.interactiveshell")  # not imported for this
    if interactive is None or not interactive.InteractiveShell.initialized():
        return ""
    return str(getattr(interactive.InteractiveShell.instance().profile_dir, "location", "") or "")


class _ProfileLoader(PyFileConfigLoader):
    """Reads a file of IPython, which may load another profile's: ``load_subconfig(name, profile=...)``."""

    def load_subconfig(self, fname: str, path: str | None = None, profile: str | None = None) -> None:
        folder = _ipython_folder() / f"profile_{profile}" if profile is not None else None
        if folder is None or folder.is_dir():  # as IPython does, which passes over a profile that is not there
            super().load_subconfig(fname, path=path if folder is None else str(folder))


def merge(section: Config, later: Mapping[str, Any]) -> None:
    """Add the values of a later file; ``c.AnalystSettings.hidden.append(...)`` adds to what an earlier one names."""
    for name, value in later.items():
        section[name] = value.get_value(section.get(name, [])) if isinstance(value, LazyConfigValue) else value


def read_section(path: Path, name: str) -> Mapping[str, Any]:
    """One section of a configuration file.

    Raises:
        UnknownOption: The file cannot be read, or fails.
    """
    loader = _ProfileLoader if path.suffix == ".py" else JSONFileConfigLoader
    try:
        section: Mapping[str, Any] = loader(path.name, path=str(path.parent)).load_config().get(name, {})
    except ConfigFileNotFound:  # it went away just now, or may not be read
        raise UnknownOption(
            message("The configuration file {path} cannot be read.", path=path), message("Check its permissions.")
        ) from None
    except Exception as error:  # a configuration file in Python can raise anything
        where = f" on line {line}" if (line := _line_of(error, path)) else ""
        raise UnknownOption(
            message(
                "The configuration file {path} fails: {kind}{where}.", path=path, kind=type(error).__name__, where=where
            ),
            message("Correct the file."),
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
