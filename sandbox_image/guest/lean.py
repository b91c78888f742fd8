"""A kernel starts with less: what it never uses is not imported."""

import contextlib
import gc
import importlib
import sys
import types


@contextlib.contextmanager
def importing():
    """While a kernel's modules are imported: no handlers of logs, and no search for garbage."""
    gc.disable()
    logs = sys.modules["logging.config"] = types.ModuleType("logging.config")
    logs.dictConfig = configure_logs
    try:
        yield
    finally:
        del sys.modules["logging.config"]  # code that wants it gets it whole
        gc.enable()


def configure_logs(config):
    importlib.import_module("logging.config").dictConfig(config)
