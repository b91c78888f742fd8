"""The offline planner as a row of the table of providers."""

from __future__ import annotations

from dataclasses import dataclass

from .model import Model
from .provider import Provider


@dataclass(frozen=True, slots=True)
class Offline(Provider):
    """Answers plain questions by rules, in this process."""

    def connect(self, model: str, *, base_url: str, api_key: str, total_timeout: float) -> Model:
        """The planner; it needs neither an address nor a key."""
        from ..planner.planner import OfflinePlanner  # takes a while to load, and a model is used instead of it

        return OfflinePlanner()


OFFLINE = Offline(
    "offline",
    "",
    single=True,
    remote=False,
    about="no model: a rule-based reader of plain questions",
    label="the offline planner",
)
