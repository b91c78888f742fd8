"""What a user can do about an exception of code that ran in the sandbox. A model is never sent any of it."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from ..errors import CodeFailed, InputError
from ..filetypes import DATA_FORMATS
from ..language import message
from ..packages import Packages
from ..sources.files import frame_name

_MODULE = re.compile(r"No module named '([A-Za-z_][\w.]{0,80})'")
# pandas and plotly catch the error of a package that they can do without, and raise their own.
_OPTIONAL = re.compile(r"(?:Missing optional dependency '|`Import )([A-Za-z_][\w.-]{0,80})['`]")
_QUOTED = re.compile(r"""['"]([^'"\n]{1,200})['"]""")
_PLAIN_PATH = re.compile(r"(?:\w[\w .()-]*/){0,4}\w[\w .()-]*")
_NOT_THERE = ("No such file or directory", "No files found that match", "cannot find the file", "does not exist")


def advice(name: str, value: str) -> str:
    """The next step after an exception, as far as its name and text tell.

    Args:
        name: Name of the exception's class, as the sandbox says it.
        value: Its text.
    """
    if "No space left on device" in value or "File too large" in value:
        return message("The sandbox's disk is full: write less, or raise the setting disk.")
    if name == "NameError" and "OUTPUT_PATH" in value:
        return message(
            "Only documents asked for have OUTPUT_PATH: write to a name such as 'report.xlsx', and it comes back."
        )
    if name in {"gaierror", "URLError", "ConnectionError", "ConnectTimeout"} or "Network is unreachable" in value:
        return message("The sandbox has no network: load the data in the notebook first.")
    if name in {"MemoryError", "OutOfMemoryException"}:
        return message("The sandbox's memory is used up: use fewer rows, or raise the setting memory.")
    if name == "BlockingIOError" or "can't start new thread" in value:
        return message("The sandbox's limit of processes is used up: start fewer, or raise the setting pids.")
    if "shell not found" in value or "directory: '/bin/" in value:
        return message("The local sandbox has no shell and no programs beside Python: write it in Python.")
    if "kaleido" in value.lower():
        return message(
            "A picture of a plotly figure needs a browser, which the sandbox lacks. Show the figure "
            "itself (a report holds it as a picture where its format needs one), or draw with "
            "matplotlib and savefig."
        )
    return message("Correct the code, or ask again in other words.")


def explain(failure: CodeFailed | None, code: str, packages: Packages, folder: Path) -> CodeFailed | None:
    """The failure with the next step that only the host knows: how to add a package, how to name a data file.

    The text of the exception is the sandbox's own, so no more is taken from it than a name that the code holds too.

    Args:
        failure: What the code raised; None stays None.
        code: The code.
        packages: What the sandbox can import.
        folder: Where the notebook lies.
    """
    if failure is None:
        return None
    step = _missing_package(failure.value, packages) or _file_beside(failure, code, folder)
    if not step:
        return failure
    return CodeFailed(failure.message, step, name=failure.name, value=failure.value, traceback=failure.traceback)


def _missing_package(value: str, packages: Packages) -> str:
    found = _MODULE.search(value) or _OPTIONAL.search(value)
    if found is None:
        return ""
    module = found[1]
    if not packages.lacks(module) and not packages.extras:
        return message("The sandbox's packages are {listing}.", listing=packages.listing)
    try:
        return packages.how_to_add(module)
    except InputError:  # not a package's name
        return ""


def _file_beside(failure: CodeFailed, code: str, folder: Path) -> str:
    """How to name a data file that lies beside the notebook, where the exception says that the sandbox has none."""
    line = failure.value.partition("\n")[0][:1_000]
    if failure.name != "FileNotFoundError" and not any(words in line for words in _NOT_THERE):
        return ""
    for text in (
        *_QUOTED.findall(line),
        line.rpartition(": ")[2],
    ):  # the last as polars and pandas' Parquet reader say it
        name = text.strip().removeprefix("/work/").removeprefix("./")
        if name not in code or not _PLAIN_PATH.fullmatch(name) or not name.lower().endswith(tuple(DATA_FORMATS)):
            continue
        if (folder / PurePosixPath(name)).is_file():
            frame = frame_name(Path(name))
            given = f"{frame}={name}" if " " not in name else f"{frame}='{name}'"
            return message(
                "The sandbox sees no file of yours until you name it. {name} is beside the notebook: "
                "write `%%analyst -f {given}`, and use `{frame}` in the code.",
                name=name,
                given=given,
                frame=frame,
            )
    return ""
