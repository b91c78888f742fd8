"""``models`` and ``key``: which models can be used, and the keys of their providers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence

from ..analyst import Analyst
from ..errors import UnknownOption
from ..models.keys import store_key
from ..models.providers import parse_model, providers


def list_models(analyst: Analyst) -> Iterator[str]:
    """A line for each provider, and for each model that the endpoint of the configured model offers.

    Raises:
        ModelError: The endpoint does not list its models.
    """
    for provider in providers():
        state = "ready" if provider.has_key(os.environ) else f"needs {provider.keys[0]}"
        yield f"{provider.example}  {state}  {provider.base_url or provider.about}".rstrip()
    name = analyst.model_name()
    if parse_model(name)[0].remote:
        yield f"\n{name} is used; its endpoint offers:"
        yield from (f"  {offered}" for offered in analyst.list_models())


def key(words: Sequence[str], ask: Callable[[str], str]) -> str:
    """Keep a provider's key in the system's keyring, or remove it.

    Args:
        words: The provider's name; ``forget`` after it removes the key.
        ask: Asks the user for the key, without showing what is typed.

    Raises:
        UnknownModel: There is no such provider.
        UnknownOption: There is no keyring, no provider is named, or something else follows the name.
    """
    if not words or words[1:] not in ([], ["forget"]):
        raise UnknownOption("key needs the name of a provider.", "For example: key openai, or key openai forget")
    provider, _ = parse_model(f"{words[0]}:any")
    if words[1:]:
        removed = store_key(provider.name, "")
        return f"The key of {provider.name} is deleted." if removed else f"There is no saved key of {provider.name}."
    if not store_key(provider.name, ask(f"API key for {provider.name} (not shown): ").strip()):
        variable = provider.keys[0] if provider.keys else "of the provider"
        raise UnknownOption("This system has no keyring for the key.", f"Set the environment variable {variable}.")
    return f"The key of {provider.name} is saved in this system's keyring."
