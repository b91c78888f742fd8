"""Keys of providers as a form sets them: written into the keyring, and never told."""

from __future__ import annotations

import os
from typing import Any

from ..errors import InputError
from ..language import message
from ..models.keys import store_key, stored_key
from ..models.providers import providers


def keys() -> dict[str, Any]:
    """Of each provider that takes a key, where it has one: ``keyring``, the name of a variable, or nowhere."""
    return {"keys": [{"name": provider.name, "where": _where(provider.name, provider.keys)}
                     for provider in providers() if provider.keys]}  # fmt: skip


def keep_key(name: str, key: str) -> dict[str, Any]:
    """Put a provider's key into the keyring, or remove it where it is empty; gives what ``keys`` gives.

    Raises:
        InputError: The system has no keyring.
    """
    if not store_key(name, key):
        variable = next(provider.keys[0] for provider in providers() if provider.name == name)
        raise InputError(
            message("This system has no keyring that can be used."),
            message("Set the variable {variable} instead.", variable=variable),
        )
    return keys()


def _where(name: str, variables: tuple[str, ...]) -> str:
    given = next((variable for variable in variables if os.environ.get(variable)), "")
    return given or ("keyring" if stored_key(name) else "")
