"""Where things lie in the sandbox, as its environment says when they are first asked for, before any code has run."""

from __future__ import annotations

import functools
import os


@functools.cache
def frames() -> str:
    """The folder of the frames' files."""
    return os.environ.get("ANALYST_IN", "/in")


@functools.cache
def data() -> str:
    """The folder of the data files that are given by name."""
    return os.environ.get("ANALYST_DATA", "/data")


@functools.cache
def results() -> str:
    """The file of results that are too large for a message."""
    return os.environ.get("ANALYST_OUT", "/out")


@functools.cache
def work() -> str:
    """The folder in which code works."""
    return os.environ.get("ANALYST_WORK", "/work")
