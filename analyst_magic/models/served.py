"""What an endpoint says of a model that it serves: its name, how much it reads at once, and what it costs."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_CONTEXT = ("context_length", "max_model_len", "context_window", "max_context_length")
"""What OpenRouter and Together, vLLM, Groq and Mistral call the number of tokens that a model reads at once."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class ServedModel:
    """A model of an endpoint.

    Attributes:
        name: Its name there.
        context: Tokens that it reads at once; None where that is not known.
        price: US dollars for a million tokens sent and received; None where that is not known.
    """

    name: str
    context: int | None = None
    price: tuple[float, float] | None = None

    @classmethod
    def of(cls, name: str, facts: Mapping[str, Any]) -> ServedModel:
        """A model with what its endpoint lists beside its name.

        >>> ServedModel.of("small", {"context_length": 131072, "pricing": {"prompt": "1e-7", "completion": "4e-7"}})
        ServedModel(name='small', context=131072, price=(0.1, 0.4))
        """
        context = next((int(facts[key]) for key in _CONTEXT if _is_count(facts.get(key))), None)
        return cls(name, context, _price(facts.get("pricing")))

    @property
    def about(self) -> str:
        """What is known of it, for a reader: ``131k tokens · $0.1 in, $0.4 out a million tokens``."""
        size = "" if self.context is None else _tokens(self.context)
        return " · ".join(filter(None, [size, "" if self.price is None else _price_text(self.price)]))


def _price(found: Any) -> tuple[float, float] | None:
    """A price as OpenRouter (dollars a token) or Together (dollars a million tokens) give it."""
    if not isinstance(found, Mapping):
        return None
    for names, scale in ((("prompt", "completion"), _MILLION), (("input", "output"), 1)):
        try:
            sent, received = (round(float(found[name]) * scale, 6) for name in names)
        except (KeyError, ValueError, TypeError):
            continue
        if all(math.isfinite(price) and price >= 0 for price in (sent, received)):
            return sent, received
    return None


def _price_text(price: tuple[float, float]) -> str:
    return f"${price[0]:g} in, ${price[1]:g} out a million tokens" if any(price) else "free"


def _tokens(number: int) -> str:
    return f"{number / 1000:.0f}k tokens" if number < 999_500 else f"{number / _MILLION:.3g}M tokens"


def _is_count(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0
