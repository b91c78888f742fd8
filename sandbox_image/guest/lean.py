"""A kernel starts with less: what it never uses is not imported."""

import contextlib
import gc
import importlib
import importlib.util
import sys
import types


class Deferred(types.ModuleType):
    """A package whose own start-up runs once a name is asked of it that it lacks; its modules do not wait for that."""

    def __getattr__(self, name):
        self.__class__ = types.ModuleType
        self.__spec__.loader.exec_module(self)
        return getattr(self, name)


def defer(package):
    """Make a package's modules importable without all that the package imports for itself."""
    module = importlib.util.module_from_spec(importlib.util.find_spec(package))
    module.__class__ = Deferred
    sys.modules[package] = module
    return module


@contextlib.contextmanager
def importing():
    """While a kernel's modules are imported: no client of kernels, no TLS, no search for garbage."""
    gc.disable()
    sys.modules["ssl"] = None  # not to be imported: asyncio does without
    client = defer("jupyter_client")
    connect = importlib.import_module("jupyter_client.connect")
    vars(client).update({name: getattr(connect, name) for name in connect.__all__})
    try:
        yield
    finally:
        del sys.modules["ssl"]
        gc.enable()
