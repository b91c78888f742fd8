"""A kernel starts with less: what it never uses is not imported."""

from __future__ import annotations

import contextlib
import gc
import importlib
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any


@contextlib.contextmanager
def fewer_modules() -> Iterator[None]:
    """While a kernel's modules are imported: no handlers of logs, and no search for garbage."""
    gc.disable()
    logs: Any = types.ModuleType("logging.config")
    logs.dictConfig = configure_logs
    sys.modules["logging.config"] = logs
    try:
        yield
    finally:
        del sys.modules["logging.config"]  # code that wants it gets it whole
        gc.enable()


def configure_logs(config: Any) -> None:
    importlib.import_module("logging.config").dictConfig(config)
