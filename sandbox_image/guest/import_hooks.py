"""Functions that run on a module when code imports it."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any


class Finder:
    """Runs a function on a module when it has been imported.

    Args:
        hooks: The function for each module by its name.
    """

    def __init__(self, hooks: dict[str, Callable[[Any], object]]) -> None:
        self.hooks = hooks

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if name not in self.hooks:
            return None
        specs = (f.find_spec(name, path, target) for f in sys.meta_path if f is not self and hasattr(f, "find_spec"))
        spec = next((spec for spec in specs if spec is not None), None)
        if spec is not None and spec.loader is not None:
            spec.loader = Loader(spec.loader, self.hooks)  # type: ignore[assignment]
        return spec


class Loader:
    """Loads a module as another loader does, and leaves no trace of itself."""

    def __init__(self, loader: Any, hooks: dict[str, Callable[[Any], object]]) -> None:
        self.loader, self.hooks = loader, hooks

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        created: ModuleType | None = self.loader.create_module(spec)
        return created

    def exec_module(self, module: Any) -> None:
        module.__spec__.loader = module.__loader__ = self.loader
        hook = self.hooks.pop(module.__name__, None)
        self.loader.exec_module(module)
        if hook is not None:
            hook(module)


def install(hooks: Mapping[str, Callable[[Any], object]]) -> None:
    """Have functions run on modules, by their names, when these have been imported: at once where they are already.

    A module may have several, which run in the order in which they were installed.
    """
    finder = next((found for found in sys.meta_path if isinstance(found, Finder)), None)
    if finder is None:
        finder = Finder({})
        sys.meta_path.insert(0, finder)
    for name, hook in hooks.items():
        if name in sys.modules:
            hook(sys.modules[name])
            continue
        finder.hooks[name] = after(finder.hooks.get(name), hook)


def after(first: Callable[[Any], object] | None, then: Callable[[Any], object]) -> Callable[[Any], object]:
    """One function for two on a module, one after the other."""
    if first is None:
        return then

    def both(module: Any) -> None:
        first(module)
        then(module)

    return both
