"""The models that one ``Analyst`` has asked: one connection for each, and a key that is typed only once."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from .connect import Target, find_model
from .model import Model
from .providers import parse_model


class Connections:
    """Models by name, address and key, connected when they are first needed.

    Args:
        api_key: A key to use in place of the one in the environment or the keyring.
        ask_key: Asks the user for a missing key, without showing what is typed; None where nobody can be asked.
    """

    def __init__(self, api_key: str | None = None, ask_key: Callable[[str], str] | None = None) -> None:
        self._api_key, self._ask_key = api_key, ask_key
        self._typed: dict[str, str] = {}
        self._models: dict[Target, Model] = {}

    def model(
        self,
        name: str,
        environ: Mapping[str, str],
        *,
        base_url: str,
        total_timeout: float,
        first_timeout: float = 0.0,
        ask: bool = True,
    ) -> Model:
        """The model of a name. Nothing is sent before the first question.

        Args:
            name: ``PROVIDER:MODEL``, or ``offline``.
            environ: The environment, for keys and addresses.
            base_url: An address that replaces the provider's; may be empty.
            total_timeout, first_timeout: As in ``Target``.
            ask: Whether the user may be asked for a missing key.

        Raises:
            UnknownModel: There is no such provider, or its address is not known.
            MissingKey: It needs a key, and there is none.
        """
        target = find_model(
            name,
            environ,
            base_url=base_url,
            api_key=self._api_key,
            ask=self._ask_once(parse_model(name)[0].name) if ask else None,
            total_timeout=total_timeout,
            first_timeout=first_timeout,
        )
        if target not in self._models:
            self._models[target] = target.connect()
        return self._models[target]

    @property
    def open_number(self) -> int:
        """Number of models that are connected."""
        return len(self._models)

    async def close(self) -> None:
        """Close all connections."""
        while self._models:
            await self._models.popitem()[1].close()

    def _ask_once(self, provider: str) -> Callable[[str], str] | None:
        ask = self._ask_key
        if ask is None:
            return None

        def once(prompt: str) -> str:
            if not self._typed.get(provider):
                self._typed[provider] = ask(prompt)
            return self._typed[provider]

        return once
