"""Parts of Analyst Magic that need packages of an extra, and what to say where those are not installed."""

from __future__ import annotations

from importlib.util import find_spec

from .errors import MissingExtra
from .language import message


def installed(module: str) -> bool:
    """Whether a module can be imported; nothing is imported.

    >>> installed("json"), installed("a_module_that_nobody_has")
    (True, False)
    """
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # the package around it
        return False


def require(module: str, extra: str, purpose: str) -> None:
    """Check that a module of an extra is installed.

    >>> require("a_module_that_nobody_has", "documents", "Word files need")
    Traceback (most recent call last):
    ...
    analyst_magic.errors.MissingExtra: Word files need a package that is not installed: a_module_that_nobody_has. \
Install it: pip install "analyst-magic[documents]"

    Args:
        module: The module's name.
        extra: The extra of ``analyst-magic`` that installs it.
        purpose: Subject and verb of the message: who needs it.

    Raises:
        MissingExtra: It is not installed.
    """
    if not installed(module):
        package = module.partition(".")[0]
        raise MissingExtra(
            message("{purpose} a package that is not installed: {package}.", purpose=purpose, package=package),
            message('Install it: pip install "analyst-magic[{extra}]"', extra=extra),
        )
