"""The examples in the docstrings do what they say."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil

import pytest

import analyst_magic

MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(analyst_magic.__path__, "analyst_magic.")
    if not module.name.endswith("__main__")
    and ".sandbox_image" not in module.name
    and module.name != "analyst_magic.scheduler"  # made for a server of its own: test_scheduler runs it
)
PUBLIC = ("models", "results", "sandbox", "sources", "testing")
"""The packages, beside the first, whose names are for other programs."""


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_work(name: str) -> None:
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    outcome = doctest.testmod(importlib.import_module(name), optionflags=options)
    assert outcome.failed == 0


@pytest.mark.parametrize("name", ["analyst_magic", *(f"analyst_magic.{part}" for part in PUBLIC)])
def test_every_public_class_and_function_has_an_example(name: str) -> None:
    module = importlib.import_module(name)
    public = {name: getattr(module, name) for name in module.__all__}
    lacking = [
        name
        for name, value in public.items()
        if (inspect.isclass(value) or inspect.isfunction(value)) and ">>> " not in (value.__doc__ or "")
    ]
    assert lacking == []


HOOKS = {"from_output", "to_message", "comparable", "connect", "next_step", "offer", "start"}
"""Methods that the engine calls on a part that somebody adds, and no program of a user's."""


@pytest.mark.parametrize("name", ["analyst_magic", *(f"analyst_magic.{part}" for part in PUBLIC)])
def test_every_public_method_is_used_in_an_example_of_its_own_or_of_its_class(name: str) -> None:
    """A protocol is for those who write a part of their own: its module's example is a whole one."""
    module = importlib.import_module(name)
    lacking = []
    for cls in (value for value in (getattr(module, name) for name in module.__all__) if inspect.isclass(value)):
        if getattr(cls, "_is_protocol", False) or cls.__name__.endswith("Kind"):
            continue
        for attribute, value in vars(cls).items():
            function = value.fget if isinstance(value, property) else getattr(value, "__func__", value)
            if attribute.startswith("_") or attribute in HOOKS or not inspect.isfunction(function):
                continue
            examples = [line for line in (cls.__doc__ or "").splitlines() if ">>> " in line or "... " in line]
            if ">>> " not in (function.__doc__ or "") and not any(f".{attribute}" in line for line in examples):
                lacking.append(f"{cls.__name__}.{attribute}")
    assert lacking == []
