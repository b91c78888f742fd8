"""THE table of providers: one row each, and no second list anywhere."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import MissingKey, UnknownModel


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
    """

    name: str
    base_url: str
    keys: tuple[str, ...] = ()
    default_model: str = ""
    url_variable: str = ""
    url_path: str = ""
    start: str = ""

    def has_key(self, environ: Mapping[str, str]) -> bool:
        """Whether it can be asked: a key is in the environment, or it needs none."""
        return not self.keys or any(environ.get(name) for name in self.keys)


PROVIDERS: tuple[Provider, ...] = (
    Provider("openai", "https://api.openai.com/v1", ("OPENAI_API_KEY",), "gpt-5.5", "OPENAI_BASE_URL"),
    Provider("azure", "", ("AZURE_OPENAI_API_KEY",), url_variable="AZURE_OPENAI_ENDPOINT", url_path="/openai/v1/"),
    Provider("anthropic", "https://api.anthropic.com/v1/", ("ANTHROPIC_API_KEY",)),
    Provider(
        "gemini",
        "https://generativelanguage.googleapis.com/v1beta/openai/",
        ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    Provider("mistral", "https://api.mistral.ai/v1", ("MISTRAL_API_KEY",)),
    Provider("groq", "https://api.groq.com/openai/v1", ("GROQ_API_KEY",)),
    Provider("openrouter", "https://openrouter.ai/api/v1", ("OPENROUTER_API_KEY",)),
    Provider("huggingface", "https://router.huggingface.co/v1", ("HF_TOKEN", "HUGGINGFACE_API_KEY")),
    Provider("ollama", "http://localhost:11434/v1", url_variable="OLLAMA_BASE_URL", start="ollama serve"),
    Provider("vllm", "http://localhost:8000/v1", url_variable="VLLM_BASE_URL", start="vllm serve MODEL"),
)
_BY_NAME = {provider.name: provider for provider in PROVIDERS}


def parse_model(text: str) -> tuple[Provider, str]:
    """The provider and the model of ``PROVIDER:MODEL``; a model's name may hold colons of its own.

    Raises:
        UnknownModel: It is not of that form, or there is no such provider.
    """
    name, colon, model = text.strip().partition(":")
    provider = _BY_NAME.get(name.lower())
    if provider is not None and model.strip():
        return provider, model.strip()
    if not colon and provider is None:
        near = difflib.get_close_matches(name.lower(), ["offline"], 1)
        step = "Did you mean `offline`?" if near else f"Use `offline` or PROVIDER:MODEL, as in openai:{name or 'NAME'}."
        raise UnknownModel(f"There is no model {name or 'without a name'}.", step)
    if provider is not None:
        raise UnknownModel(f"The model's name is missing after {name}:.", f"Name it, as in {name}:MODEL.")
    near = difflib.get_close_matches(name.lower(), _BY_NAME, 1)
    known = f"Did you mean {near[0]}:{model}?" if near else f"Providers: {', '.join(_BY_NAME)}."
    raise UnknownModel(f"There is no provider {name}.", known)


def find_key(provider: Provider, given: str | None, environ: Mapping[str, str]) -> str:
    """The provider's key: the one given, else the one in the environment; empty where it needs none.

    Raises:
        MissingKey: There is none.
    """
    key = given or next((environ[name] for name in provider.keys if environ.get(name)), "")
    if provider.keys and not key:
        raise MissingKey(
            f"There is no API key for {provider.name}.",
            f"Set the environment variable {provider.keys[0]}, or use `-m offline`.",
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
            f"The address of {provider.name} is not known.",
            f"Set base_url, or the environment variable {provider.url_variable}.",
        )
    return url


def default_model(environ: Mapping[str, str]) -> str:
    """The model where none is named: of the first provider that has a key and a default, else ``offline``."""
    for provider in PROVIDERS:
        if provider.default_model and any(environ.get(name) for name in provider.keys):
            return f"{provider.name}:{provider.default_model}"
    return "offline"
