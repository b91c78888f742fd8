"""Functions that run on a module when code imports it."""

import sys


class Finder:
    """Runs a function on a module when it has been imported.

    Args:
        hooks: The function for each module by its name.
    """

    def __init__(self, hooks):
        self.hooks = hooks

    def find_spec(self, name, path, target=None):
        hook = self.hooks.pop(name, None)
        if hook is None:
            return None
        specs = (f.find_spec(name, path, target) for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader, hook)
        return spec


class Loader:
    """Loads a module as another loader does, and leaves no trace of itself."""

    def __init__(self, loader, hook):
        self.loader, self.hook = loader, hook

    def create_module(self, spec):
        return self.loader.create_module(spec)

    def exec_module(self, module):
        module.__spec__.loader = module.__loader__ = self.loader
        self.loader.exec_module(module)
        self.hook(module)


def install(hooks):
    """Have functions run on modules, by their names, when these have been imported; none of them may be loaded yet."""
    sys.meta_path.insert(0, Finder(dict(hooks)))
