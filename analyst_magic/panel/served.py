"""Which models can be picked: what each provider's endpoint serves, asked in the background and kept for a while."""

from __future__ import annotations

import difflib
import os
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from ..analyst import Analyst
from ..errors import AnalystError, MissingKey, ModelError, UnknownModel
from ..language import message, tr
from ..models.connect import find_model
from ..models.keys import store_key
from ..models.provider import Provider
from ..models.providers import parse_model, providers, without_addresses
from ..models.served import ServedModel
from .channel import Message

CACHE_SECONDS = 600.0
MAX_MODELS = 200
_ANY = "any"


class Served:
    """What the providers serve, as one ``Analyst`` can ask them."""

    def __init__(self, analyst: Analyst) -> None:
        self._analyst = analyst
        self._lock = threading.Lock()
        self._listed: tuple[float, list[Message]] | None = None

    def listed(self, *, anew: bool = False) -> list[Message]:
        """Each provider with its models; those that need a key or do not answer say so.

        Args:
            anew: Ask the endpoints even where they answered a while ago.
        """
        with self._lock:
            if self._listed is None or anew or time.monotonic() - self._listed[0] > CACHE_SECONDS:
                with ThreadPoolExecutor(8, "analyst-models") as pool:  # one that does not answer holds up no other
                    self._listed = time.monotonic(), list(pool.map(self._provider, providers()))
            return self._listed[1]

    def tried(self, name: str) -> Message:
        """Whether a model can be asked, and if not, why, what would help, and whether it ever could be."""
        try:
            provider, model = parse_model(name)
            served = [one.name for one in self._served(provider)] if not provider.single else []
        except MissingKey as error:
            key = provider.keys[0] if provider.keys else ""
            said = (
                message(
                    "{message} Keep one below, or set {key} before the kernel starts.", message=error.message, key=key
                )
                if key
                else str(error)
            )
            return {"ok": False, "message": said, "needs_key": key, "possible": True}
        except UnknownModel as error:
            return {"ok": False, "message": str(error), "needs_key": "", "possible": False}
        except ModelError as error:
            return {"ok": False, "message": _as_provider(error.message), "needs_key": "", "possible": True}
        if served and model not in served:
            near = difflib.get_close_matches(model, served, 1, 0.4)
            hint = f" Did you mean {provider.name}:{near[0]}?" if near else ""
            said = f"{provider.name} serves no model {model}.{hint}"
            return {"ok": False, "message": said, "needs_key": "", "possible": True}
        return {"ok": True, "message": "", "needs_key": "", "possible": True}

    def keep_key(self, name: str, key: str) -> str:
        """Put a provider's key into the keyring, or hold it until the kernel ends; says which."""
        provider, _ = parse_model(f"{name}:{_ANY}")
        self._listed = None
        try:
            stored = store_key(provider.name, key)
        except AnalystError:  # the package for keyrings is not installed
            stored = False
        if stored:
            return tr("The key of {name} is in this system's keyring.", name=name)
        if not provider.keys:
            return tr("{name} needs no key.", name=name)
        os.environ[provider.keys[0]] = key
        return tr("This system has no keyring: the key of {name} is held until the kernel ends.", name=name)

    def stays_here(self, name: str) -> bool:
        """Whether what is asked of a model stays on this machine."""
        try:
            provider, model = parse_model(name)
            if not provider.remote:
                return True
            from ..models.endpoint import Endpoint  # with openai, which takes a second or two to load

            return Endpoint(provider, model, self._address(provider, model)).local
        except AnalystError:
            return False

    def _provider(self, provider: Provider) -> Message:
        found: Message = {"name": provider.name, "here": False, "about": provider.about, "models": [], "facts": {},
                          "needs_key": "", "problem": ""}  # fmt: skip
        if provider.single:
            return {**found, "here": not provider.remote, "models": [provider.name]}
        found["here"] = self.stays_here(f"{provider.name}:{_ANY}")
        if not provider.has_key(os.environ):
            return {**found, "needs_key": provider.keys[0]}
        try:
            served = self._served(provider)[:MAX_MODELS]
        except AnalystError as error:
            start = f" Start it with: {provider.start}" if provider.start else ""
            return {**found, "problem": f"{_as_provider(error.message)}{start}"}
        names = {f"{provider.name}:{model.name}": model.about for model in served}
        return {**found, "models": list(names), "facts": {name: about for name, about in names.items() if about}}

    def _served(self, provider: Provider) -> list[ServedModel]:
        name = f"{provider.name}:{_ANY}"
        return self._analyst.served_models(model=name, base_url=self._base_url(provider))

    def _address(self, provider: Provider, model: str) -> str:
        name = f"{provider.name}:{model}"
        locked = self._analyst.settings.is_locked("base_url")
        environ = without_addresses(os.environ) if locked else os.environ
        return find_model(name, environ, base_url=self._base_url(provider), api_key="-").base_url

    def _base_url(self, provider: Provider) -> str:
        """The address of the settings, for the provider that they name alone: no other one's key goes there."""
        settings, configured = self._analyst.settings, self._analyst.model_name().partition(":")[0]
        return settings.base_url if provider.name == configured or settings.is_locked("base_url") else ""


def _as_provider(message: str) -> str:
    """What is said of a provider's endpoint, which was asked for its list under no model's name.

    >>> _as_provider("ollama:any cannot be reached at localhost:11434.")
    'ollama cannot be reached at localhost:11434.'
    """
    return re.sub(rf"\b(\w+):{_ANY}\b", r"\1", message)
