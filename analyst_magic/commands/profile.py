"""``profile``: a look at data before any question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..analyst import Analyst
from ..errors import UnknownOption
from ..language import message
from ..profiling.profile import Profile
from ..sources.files import named_file, open_data
from ..wording import count

USAGE = message("Write it as: profile NAME [--compare NAME] [-o FILE].")


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What a line asks for.

    Attributes:
        data: A name in scope, or a file.
        compare: The same of an earlier state; empty for none.
        output: A file to write to; empty for none.
    """

    data: str
    compare: str = ""
    output: str = ""


def read_request(words: Sequence[str]) -> ProfileRequest:
    """The request in the words of a line.

    Raises:
        UnknownOption: There is no name, or an option is unknown or lacks its value.

    Example:
        >>> read_request(["sales", "--compare", "last_month", "-o", "sales.html"])
        ProfileRequest(data='sales', compare='last_month', output='sales.html')
    """
    names, values, left = list[str](), {"compare": "", "output": ""}, list(words)
    options = {"--compare": "compare", "-o": "output", "--output": "output"}
    while left:
        word = left.pop(0)
        if word not in options and not word.startswith("-"):
            names.append(word)
        elif word in options and left:
            values[options[word]] = left.pop(0)
        else:
            raise UnknownOption(message("profile does not take {word} like this.", word=word), USAGE)
    if len(names) != 1:
        raise UnknownOption(message("profile takes the name of one frame, file or table."), USAGE)
    return ProfileRequest(names[0], **values)


def profile(analyst: Analyst, request: ProfileRequest, scope: Mapping[str, object]) -> Profile:
    """Look at the data of a request.

    Args:
        analyst: Runs it.
        request: What is asked for.
        scope: What can be named: frames, files and connections.

    Raises:
        AnalystError: There is no such data, it cannot be read, or the page cannot be written.
    """
    data, named = in_scope(request.data, scope)
    compare = None
    if request.compare:
        compare, named = in_scope(request.compare, named)
    found = analyst.profile(data, named, compare=compare)
    if request.output:
        found.save(request.output)
    return found


def in_scope(text: str, scope: Mapping[str, object]) -> tuple[str, dict[str, object]]:
    """The name of some data, and the scope with it: a file that is named is opened, and is in scope then."""
    file = None if text in scope else named_file(text)
    return (text, dict(scope)) if file is None else (file[0], {**scope, file[0]: open_data(file[1])})


def saved(profile: Profile, output: str) -> str:
    """A line on the file that was written, and on how much there is to look at."""
    return message(
        "{findings}; the page is in {output}.", findings=count(len(profile.findings), "finding"), output=Path(output)
    )
