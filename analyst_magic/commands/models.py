"""``models`` and ``key``: which models can be used, and the keys of their providers."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from ..analyst import Analyst
from ..errors import UnknownModel, UnknownOption
from ..language import message
from ..models.connect import find_url
from ..models.keys import store_key
from ..models.provider import Provider
from ..models.providers import parse_model, providers
from .listing import Listing

SECONDS_TO_ANSWER = 0.3
"""How long an endpoint on this machine may take to take a connection."""


def list_models(analyst: Analyst) -> Iterator[str]:
    """A line for each provider, and for each model that the endpoint of the configured model offers.

    Raises:
        ModelError: The endpoint does not list its models.
    """
    rows = [(provider.example, _state(provider), _address(provider) or provider.about) for provider in providers()]
    yield Listing.of(rows, ("model", "state", "where"))
    name = analyst.model_name()
    if parse_model(name)[0].remote:
        yield f"\n{name} is used; its endpoint offers:"
        yield from (f"  {offered}" for offered in analyst.list_models())


def _state(provider: Provider) -> str:
    """Whether a provider can be asked: it has its key, and one on this machine answers."""
    if not provider.has_key(os.environ):
        return f"needs {provider.keys[0]}"
    if provider.remote and not _address(provider):
        return f"needs {provider.url_variable}"
    address = urlsplit(_address(provider))
    if address.hostname not in {"localhost", "127.0.0.1"}:
        return "ready"
    try:
        with socket.create_connection((address.hostname, address.port or 80), SECONDS_TO_ANSWER):
            return "ready"
    except OSError:
        return "not running"


def _address(provider: Provider) -> str:
    """Where it is asked, as the environment has it; empty where that is not known, or it is asked nowhere."""
    try:
        return find_url(provider, "", os.environ) if provider.remote else ""
    except UnknownModel:
        return ""


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
        raise UnknownOption(
            message("key needs the name of a provider."), message("For example: key openai, or key openai forget")
        )
    provider, _ = parse_model(f"{words[0]}:any")
    if words[1:]:
        removed = store_key(provider.name, "")
        return (
            message("The key of {provider} is deleted.", provider=provider.name)
            if removed
            else message("There is no saved key of {provider}.", provider=provider.name)
        )
    if not store_key(provider.name, ask(f"API key for {provider.name} (not shown): ").strip()):
        variable = provider.keys[0] if provider.keys else "of the provider"
        raise UnknownOption(
            message("This system has no keyring for the key."),
            message("Set the environment variable {variable}.", variable=variable),
        )
    return message("The key of {provider} is saved in this system's keyring.", provider=provider.name)
