"""THE table of model providers: one row each, and no second list anywhere.

Other packages add rows by an entry point of the group ``analyst_magic.providers`` that names a ``Provider``, or a class
derived from it that takes no arguments. Where the endpoint is not OpenAI-compatible, the class overrides ``connect``.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cache

from ..errors import UnknownModel
from ..language import message
from ..plugins import installed_parts, warn_of_taken_name
from .offline import OFFLINE
from .provider import Provider

GROUP = "analyst_magic.providers"

_OWN: tuple[Provider, ...] = (
    OFFLINE,
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
    """All rows: our own, then those of other packages. A row that does not load is left out with a warning."""
    rows = list(_OWN)
    for point, row in installed_parts(GROUP, Provider, "provider"):
        if row.name in {known.name for known in rows}:
            warn_of_taken_name(point, row.name, "provider")
        else:
            rows.append(row)
    return tuple(rows)


def _by_name() -> dict[str, Provider]:
    return {provider.name: provider for provider in providers()}


def parse_model(text: str) -> tuple[Provider, str]:
    """The provider and the model of ``PROVIDER:MODEL``; a model's name may hold colons of its own.

    >>> provider, model = parse_model("ollama:llama3.2:3b")
    >>> provider.name, model
    ('ollama', 'llama3.2:3b')
    >>> parse_model("offline")[1]
    ''

    Raises:
        UnknownModel: It is not of that form, or there is no such provider.
    """
    name, colon, model = text.strip().partition(":")
    provider, model = _by_name().get(name.lower()), model.strip()
    if provider is None:
        raise _unknown(name, model, bool(colon))
    if provider.single and model:
        raise UnknownModel(
            message("{provider} has no model {model}.", provider=provider.name, model=model),
            message("Use `{provider}` alone.", provider=provider.name),
        )
    if not provider.single and not model:
        raise UnknownModel(
            message("The model's name is missing after {name}:.", name=name),
            message("Name it, as in {name}:MODEL.", name=name),
        )
    return provider, model


def _unknown(name: str, model: str, colon: bool) -> UnknownModel:
    """The error for a provider that is not in the table, with the nearest one that is."""
    rows = _by_name()
    if not colon:
        single = [row.name for row in rows.values() if row.single]
        near = difflib.get_close_matches(name.lower(), single, 1)
        usual = message(
            "Use `{offline}` or PROVIDER:MODEL, as in openai:{name}.", offline=OFFLINE.name, name=name or "NAME"
        )
        return UnknownModel(
            message("There is no model {name}.", name=name or message("without a name")),
            message("Did you mean `{near}`?", near=near[0]) if near else usual,
        )
    near = difflib.get_close_matches(name.lower(), rows, 1)
    known = (
        message("Did you mean {near}:{model}?", near=near[0], model=model)
        if near
        else message("Providers: {providers}.", providers=", ".join(rows))
    )
    return UnknownModel(message("There is no provider {name}.", name=name), known)


def can_be_asked(name: str) -> bool:
    """Whether a name is that of a model whose provider is in the table, as names in an old history may not be."""
    try:
        parse_model(name)
    except UnknownModel:
        return False
    return True


def is_remote(name: str) -> bool:
    """Whether a model writes by itself, over a network; so is taken who is not in the table, as in an old history.

    >>> is_remote("offline"), is_remote("openai:gpt-5.5"), is_remote("a provider of the past")
    (False, True, True)
    """
    try:
        return parse_model(name)[0].remote
    except UnknownModel:
        return True


def label_of(name: str) -> str:
    """What sentences call a model.

    >>> label_of("offline"), label_of("openai:gpt-5.5"), label_of("a provider of the past")
    ('the offline planner', 'openai:gpt-5.5', 'a provider of the past')
    """
    try:
        return parse_model(name)[0].label or name
    except UnknownModel:
        return name


def default_model(environ: Mapping[str, str]) -> str:
    """The model where none is named: of the first provider that has a key and a default, else ``offline``.

    >>> default_model({"OPENAI_API_KEY": "..."})
    'openai:gpt-5.5'
    """
    for provider in providers():
        if provider.default_model and provider.keys and provider.has_key(environ):
            return f"{provider.name}:{provider.default_model}"
    return OFFLINE.name


def without_addresses(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment without the addresses of endpoints, which would take another where the administrator fixed it.

    >>> without_addresses({"OLLAMA_BASE_URL": "http://elsewhere", "HOME": "/home/ann"})
    {'HOME': '/home/ann'}
    """
    addresses = {provider.url_variable for provider in providers()}
    return {name: value for name, value in environ.items() if name not in addresses}
