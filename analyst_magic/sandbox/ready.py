"""Whether a sandbox could be started now, asked again and again without starting one."""

from __future__ import annotations

from dataclasses import dataclass

from ..errors import AnalystError
from ..sandbox_names import AUTO
from .choose import Automatic
from .kinds import SandboxOptions, built_in_kinds, load_kind


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the next sandbox would start.

    Attributes:
        name: The kind of sandbox.
        message: What is wrong; empty where nothing is.
        next_step: What can be done about it.
    """

    name: str
    message: str = ""
    next_step: str = ""


class ReadinessCheck:
    """Looks at the kind of sandbox that a setting names. With ``auto`` it is chosen once, as for questions.

    Args:
        setting: The setting ``sandbox``.
        options: What its provider would be made with.

    Example:
        >>> from .limits import Limits
        >>> ReadinessCheck("nowhere", SandboxOptions(Limits())).look().message
        'There is no sandbox nowhere.'
    """

    def __init__(self, setting: str, options: SandboxOptions) -> None:
        self._name, self._options = setting, options

    def look(self) -> Readiness:
        """How it stands now."""
        try:
            if self._name == AUTO:
                self._name = Automatic(built_in_kinds(), self._options).choose().name
            kind = load_kind(self._name)
            kind.make(self._options).prepare()
            failed = [check for check in kind.checks(self._options, automatic=False) if check.state == "fail"]
        except AnalystError as error:
            return Readiness(self._name, error.message, error.next_step)
        return Readiness(self._name, *((failed[0].found, failed[0].next_step) if failed else ()))
