"""THE table of providers: one row each, and no second list anywhere.

Other packages add rows by an entry point of the group ``analyst_magic.providers`` that names a ``Provider``, or a class
of theirs that makes one; where the endpoint is not OpenAI-compatible, the class overrides ``connect``.
"""

from __future__ import annotations

import difflib
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any

from ..errors import MissingKey, UnknownModel

if TYPE_CHECKING:
    from .client import ChatModel

GROUP = "analyst_magic.providers"
SERVICE = "analyst-magic"


@dataclass(frozen=True, slots=True)
class Provider:
    """An OpenAI-compatible endpoint.

    Attributes:
        name: What stands before the colon in a model's name.
        base_url: Its address.
        keys: Environment variables that may hold its key, in order; empty where it needs none.
        default_model: The model to use where a key is configured and no model is named.
        url_variable: Environment variable that replaces the address.
        url_path: What belongs behind the address in that variable, where people leave it out.
        start: For a server of the user's own: how to start it.
        tools: Whether to offer its models a tool to run code; a fenced block is taken as well.
    """

    name: str
    base_url: str
    keys: tuple[str, ...] = ()
    default_model: str = ""
    url_variable: str = ""
    url_path: str = ""
    start: str = ""
    tools: bool = False

    def has_key(self, environ: Mapping[str, str]) -> bool:
        """Whether it can be asked: a key is in the environment or in the keyring, or it needs none."""
        return not self.keys or any(environ.get(name) for name in self.keys) or bool(kept_key(self.name))

    def connect(self, model: str, *, base_url: str, api_key: str, total_timeout: float) -> ChatModel | Any:
        """A model of this provider.

        Args:
            model: Its name there.
            base_url: The endpoint's address.
            api_key: The key, or an empty text.
            total_timeout: Seconds for one reply.

        Returns:
            An object with ``name``, ``reply(context, on_text)`` and ``close()``, as ``ChatModel`` has them.
        """
        from .client import ChatModel

        return ChatModel(self, model, base_url=base_url, api_key=api_key, total_timeout=total_timeout)


_OWN: tuple[Provider, ...] = (
    Provider("openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",), "gpt-5.5", "OPENAI_BASE_URL", tools=True),
    Provider(
        "azure", "", ("AZURE_OPENAI_API_KEY",), url_variable="AZURE_OPENAI_ENDPOINT", url_path="/openai/v1/", tools=True
    ),
    Provider("anthropic", "https://api.anthropic.com/v1/", ("ANTHROPIC_API_KEY",), tools=True),
    Provider(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai/",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
        tools=True,
    ),
    Provider("mistral", "https://api.mistral.ai/v1", ("MISTRAL_API_KEY",), tools=True),
    Provider("groq", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",), tools=True),
    Provider("openrouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",), tools=True),
    Provider("huggingface", "https://router.huggingface.co/v1", ("HF_TOKEN", "HUGGINGFACE_API_KEY")),
    Provider("ollama", "http://localhost:11434/v1", url_variable="OLLAMA_BASE_URL", start="ollama serve"),
    Provider("vllm", "http://localhost:8000/v1", url_variable="VLLM_BASE_URL", start="vllm serve MODEL"),
    Provider(
        "tgi",
        "http://localhost:8080/v1",
        url_variable="TGI_BASE_URL",
        start="docker run -p 8080:80 ghcr.io/huggingface/text-generation-inference --model-id MODEL",
    ),
    Provider("local", "", url_variable="ANALYST_BASE_URL"),
)


@cache
def providers() -> tuple[Provider, ...]:
    """All rows: our own, then those of other packages. One that does not load is told by a warning and left out."""
    found = list(_OWN)
    for point in entry_points(group=GROUP):
        try:
            loaded = point.load()
            row = loaded() if isinstance(loaded, type) else loaded
            if not isinstance(row, Provider):
                raise TypeError(f"{point.value} is a {type(row).__name__}, not a Provider")
        except Exception as error:  # noqa: BLE001 - a stranger's package must not stop us
            warnings.warn(f"The provider {point.name} cannot be used: {error}", stacklevel=2)
            continue
        if row.name in {known.name for known in found}:
            warnings.warn(f"The provider {row.name} of {point.value} has a name that is taken.", stacklevel=2)
            continue
        found.append(row)
    return tuple(found)


def _by_name() -> dict[str, Provider]:
    return {provider.name: provider for provider in providers()}


def parse_model(text: str) -> tuple[Provider, str]:
    """The provider and the model of ``PROVIDER:MODEL``; a model's name may hold colons of its own.

    Raises:
        UnknownModel: It is not of that form, or there is no such provider.
    """
    name, colon, model = text.strip().partition(":")
    provider = _by_name().get(name.lower())
    if provider is not None and model.strip():
        return provider, model.strip()
    if not colon and provider is None:
        near = difflib.get_close_matches(name.lower(), ["offline"], 1)
        step = "Did you mean `offline`?" if near else f"Use `offline` or PROVIDER:MODEL, as in openai:{name or 'NAME'}."
        raise UnknownModel(f"There is no model {name or 'without a name'}.", step)
    if provider is not None:
        raise UnknownModel(f"The model's name is missing after {name}:.", f"Name it, as in {name}:MODEL.")
    near = difflib.get_close_matches(name.lower(), _by_name(), 1)
    known = f"Did you mean {near[0]}:{model}?" if near else f"Providers: {', '.join(_by_name())}."
    raise UnknownModel(f"There is no provider {name}.", known)


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
        key = kept_key(provider.name) or (ask(f"API key for {provider.name} (not shown): ").strip() if ask else "")
    if provider.keys and not key:
        raise MissingKey(
            f"There is no API key for {provider.name}.",
            f"Set the environment variable {provider.keys[0]}, keep one with `%analyst key {provider.name}`, "
            "or use `-m offline`.",
        )
    return key


def kept_key(name: str) -> str:
    """The key of a provider in the system's keyring; empty where there is none, or no keyring."""
    try:
        import keyring

        return keyring.get_password(SERVICE, name) or ""
    except Exception:  # noqa: BLE001 - keyrings fail in as many ways as there are systems
        return ""


def keep_key(name: str, key: str) -> bool:
    """Keep a provider's key in the system's keyring, or remove it where it is empty; whether that worked."""
    try:
        import keyring

        if key:
            keyring.set_password(SERVICE, name, key)
        else:
            keyring.delete_password(SERVICE, name)
    except Exception:  # noqa: BLE001 - as above
        return False
    return True


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
            f"The address of {provider.name} is not known.",
            f"Set base_url, or the environment variable {provider.url_variable}.",
        )
    return url


def default_model(environ: Mapping[str, str]) -> str:
    """The model where none is named: of the first provider that has a key and a default, else ``offline``."""
    for provider in providers():
        if provider.default_model and provider.keys and provider.has_key(environ):
            return f"{provider.name}:{provider.default_model}"
    return "offline"
