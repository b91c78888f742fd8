"""From a model's name to a model that can be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from ..errors import MissingKey, ModelError, UnknownModel
from ..language import message
from ..turn import Context, Reply
from .keys import stored_key
from .model import Model
from .offline import OFFLINE
from .provider import Provider
from .providers import parse_model


@dataclass(frozen=True, slots=True)
class Target:
    """A model with all that a connection to it depends on; equal targets can share a connection.

    Attributes:
        provider: Its row of the table of providers.
        model: Its name there.
        base_url: The endpoint's address.
        api_key: The key, or an empty text.
        total_timeout: Seconds for one reply.
        first_timeout: Longest silence in seconds before and within it; 0 for no limit of its own.
    """

    provider: Provider
    model: str
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    total_timeout: float = 120.0
    first_timeout: float = 0.0

    def connect(self) -> Model:
        """The model. Nothing is sent before the first question."""
        model = self.provider.connect(
            self.model, base_url=self.base_url, api_key=self.api_key, total_timeout=self.total_timeout
        )
        if model is not None:
            return model if isinstance(model, Model) else _Completed(model)
        from .client import ChatModel  # the SDK takes a second to load, and the offline planner needs none

        return ChatModel(
            self.provider,
            self.model,
            base_url=self.base_url,
            api_key=self.api_key,
            total_timeout=self.total_timeout,
            first_timeout=self.first_timeout,
        )


def find_model(
    name: str,
    environ: Mapping[str, str],
    *,
    base_url: str = "",
    api_key: str | None = None,
    ask: Callable[[str], str] | None = None,
    total_timeout: float = 120.0,
    first_timeout: float = 0.0,
) -> Target:
    """What a model's name stands for, with its address and key.

    >>> target = find_model("ollama:llama3.2", {})
    >>> target.base_url, target.model
    ('http://localhost:11434/v1', 'llama3.2')

    Args:
        name: ``PROVIDER:MODEL``, or ``offline``.
        environ: The environment.
        base_url: An address that replaces the provider's.
        api_key: A key that the caller has.
        ask: Asks the user for a missing key; None where nobody can be asked.
        total_timeout, first_timeout: As in ``Target``.

    Raises:
        UnknownModel: There is no such provider, or its address is not known.
        MissingKey: It needs a key, and there is none.
    """
    provider, model = parse_model(name)
    if not provider.remote:
        return Target(provider, model, total_timeout=total_timeout, first_timeout=first_timeout)
    key = find_key(provider, api_key, environ, ask)
    return Target(provider, model, find_url(provider, base_url, environ), key, total_timeout, first_timeout)


def offline() -> Model:
    """The offline planner."""
    return Target(OFFLINE, "").connect()


def find_key(
    provider: Provider, given: str | None, environ: Mapping[str, str], ask: Callable[[str], str] | None = None
) -> str:
    """The provider's key: the one given, else of the environment, else of the keyring, else what the user types.

    Args:
        provider: Whose key it is.
        given: One that the caller has.
        environ: The environment.
        ask: Asks the user, without showing what is typed; None where nobody can be asked.

    Returns:
        The key; an empty text where the provider needs none.

    Raises:
        MissingKey: There is none.
    """
    key = given or next((environ[name] for name in provider.keys if environ.get(name)), "")
    if provider.keys and not key:
        key = stored_key(provider.name) or (ask(f"API key for {provider.name} (not shown): ").strip() if ask else "")
    if provider.keys and not key:
        raise MissingKey(
            message("There is no API key for {provider}.", provider=provider.name),
            message(
                "Set the environment variable {keys}, store one with `%analyst key {provider}`, or use `-m offline`.",
                keys=provider.keys[0],
                provider=provider.name,
            ),
        )
    return key


def find_url(provider: Provider, given: str, environ: Mapping[str, str]) -> str:
    """The address of the endpoint: the one given, else the environment's, else the provider's own.

    Raises:
        UnknownModel: The provider has none of its own and none is given.
    """
    url = given or provider.base_url
    configured = environ.get(provider.url_variable, "").strip().rstrip("/")
    if configured and not given:
        url = configured if configured.endswith(provider.url_path.rstrip("/")) else configured + provider.url_path
    if not url:
        raise UnknownModel(
            message("The address of {provider} is not known.", provider=provider.name),
            message("Set base_url, or the environment variable {url_variable}.", url_variable=provider.url_variable),
        )
    return url


class Unavailable(Model):
    """A model that cannot be asked; it is met only where a pinned answer turns out not to fit.

    Args:
        name: Its name.
        error: Why it cannot be asked.
    """

    name = ""

    def __init__(self, name: str, error: ModelError) -> None:
        self.name, self._error = name, error

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        """Say why it cannot answer.

        Raises:
            ModelError: Always.
        """
        raise self._error


class _Completed(Model):
    """A model of another package that does not derive from ``Model``: what it lacks is as usual."""

    name, remote, repairs, writes, images = "", True, True, True, False

    def __init__(self, model: Model) -> None:
        self.name, self._model = model.name, model
        for fact in ("remote", "repairs", "writes"):
            setattr(self, fact, getattr(model, fact, True))
        self.images = bool(getattr(model, "images", False))

    async def reply(self, context: Context, on_text: Callable[[str], None] | None = None) -> Reply:
        return await self._model.reply(context, on_text)

    async def list_models(self) -> list[str]:
        listed = getattr(self._model, "list_models", super().list_models)
        return list(await listed())

    async def close(self) -> None:
        await self._model.close()
