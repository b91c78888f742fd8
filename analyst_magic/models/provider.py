"""``Provider``: a row of the table of model providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .keys import stored_key
from .model import Model


@dataclass(frozen=True, slots=True)
class Provider:
    """Where models are asked: an OpenAI-compatible endpoint, unless ``connect`` is overridden.

    Attributes:
        name: What stands before the colon in a model's name.
        base_url: The endpoint's address.
        keys: Environment variables that may hold its key, in order; empty where it needs none.
        default_model: The model to use where a key is configured and no model is named.
        url_variable: Environment variable that replaces the address.
        url_path: What belongs behind the address in that variable, where people leave it out.
        start: For a server of the user's own: how to start it.
        tools: Whether to offer its models a tool to run code; a fenced block is taken as well.
        single: Whether the provider's name alone is its only model.
        remote: Whether its models are asked over a network.
        about: What it is, in a few words, for lists of models.
        label: What sentences call its only model; empty for its name.

    >>> acme = Provider("acme", "https://models.acme.example/v1", ("ACME_API_KEY",))
    >>> acme.example, acme.has_key({"ACME_API_KEY": "..."})
    ('acme:MODEL', True)
    >>> acme.suggestion
    'acme:'
    """

    name: str
    base_url: str
    keys: tuple[str, ...] = ()
    default_model: str = ""
    url_variable: str = ""
    url_path: str = ""
    start: str = ""
    tools: bool = False
    single: bool = False
    remote: bool = True
    about: str = ""
    label: str = ""

    @property
    def example(self) -> str:
        """How a model of it is named: ``PROVIDER:MODEL``, or the name alone."""
        return self.name if self.single else f"{self.name}:MODEL"

    @property
    def suggestion(self) -> str:
        """The model to offer in a list, by its full name; without a default the user writes it after the colon."""
        return self.name if self.single else f"{self.name}:{self.default_model}"

    def has_key(self, environ: Mapping[str, str]) -> bool:
        """Whether it can be asked: a key is in the environment or in the keyring, or it needs none."""
        return not self.keys or any(environ.get(name) for name in self.keys) or bool(stored_key(self.name))

    def connect(self, model: str, *, base_url: str, api_key: str, total_timeout: float) -> Model | None:
        """A model of this provider, where its endpoint is not OpenAI-compatible.

        Args:
            model: Its name there.
            base_url: The endpoint's address.
            api_key: The key, or an empty text.
            total_timeout: Seconds for one reply.

        Returns:
            The model, or None, as here, for one that is asked over the OpenAI-compatible API.
        """
        return None
