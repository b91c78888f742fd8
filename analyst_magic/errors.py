"""Everything that can go wrong, as one tree.

::

    AnalystError
    ├── InputError              what the user wrote cannot be used
    │   ├── EmptyQuestion
    │   ├── UnknownFrame
    │   ├── UnknownOption
    │   │   └── SettingLocked   a setting that the administrator has fixed
    │   ├── UnknownModel
    │   ├── MissingExtra        a part whose packages are not installed
    │   ├── FrameError          a frame cannot be described or sent
    │   │   └── FrameTooLarge
    │   └── LockError           analyst.lock stands in the way
    │       ├── LockDamaged
    │       │   └── LockUnreadable
    │       ├── LockConflict
    │       └── Unpinned        no answer is pinned, and none may be asked for
    ├── ModelError              no usable answer came from the model
    │   ├── MissingKey
    │   ├── EndpointUnreachable
    │   ├── ModelTimeout
    │   ├── RateLimited
    │   ├── ModelRefused        the endpoint answered with an error status
    │   ├── ReplyCut            the answer broke off before its end
    │   ├── NoCode              the answer holds no code that can be run
    │   ├── UnreadablePlan      the model's plan or findings of an investigation cannot be read
    │   ├── UnreadableReply     the model's reply about a cell of the user's cannot be read
    │   └── Abstained           the offline planner does not understand the question
    ├── CheckFailed             code was stopped before it ran
    ├── CodeFailed              code ran in the sandbox and raised
    ├── NoResult                code ran, and what it gave is no answer
    ├── FigureCriticised        code ran, and the model drew its figure in another way after a look at it
    ├── SandboxError            the sandbox could not run the code, or was lost on the way
    │   ├── EngineUnavailable
    │   ├── ImageMissing
    │   ├── ImageOutdated
    │   ├── NotIsolated         the sandbox is not what was asked for; nothing was run
    │   ├── RunTimeout
    │   ├── OutOfMemory
    │   ├── OutputFlood
    │   └── SandboxLost
    ├── ClusterError            workers elsewhere cannot be used, or were lost
    ├── FirewallError           what came back from the sandbox is malformed or over a limit
    ├── HistoryError            the history cannot be used
    ├── ReportError             a notebook cannot be exported
    ├── ToolFailed              a tool of an MCP server that the user named cannot be called
    └── Stopped                 the user stopped the turn

Every error names the thing that is wrong (``message``) and what to do about it (``next_step``).
The public text of an error never holds a key, and never data beyond what the user sees anyway.
"""

from __future__ import annotations

from traitlets import TraitError

from .language import localize


class AnalystError(Exception):
    """Base of every error that Analyst Magic raises on purpose.

    Args:
        message: One sentence that names what is wrong.
        next_step: One sentence that says what the user can do about it.

    Example:
        >>> try:
        ...     raise AnalystError("There is no frame sale.", "Did you mean sales?")
        ... except AnalystError as error:
        ...     print(error.kind, "|", error.message, "|", error.next_step)
        AnalystError | There is no frame sale. | Did you mean sales?
    """

    displayed = False
    """Whether its reader has seen it already, in quieter words than IPython's."""

    def __init__(self, message: str, next_step: str = "") -> None:
        self.message = message
        self.next_step = next_step
        super().__init__(f"{message} {next_step}".strip())

    def _render_traceback_(self) -> list[str]:
        """What IPython prints of it: the sentence alone, as our own frames would tell the user nothing."""
        return [f"{self.kind}: {self.localized}"]

    @property
    def localized(self) -> str:
        """Its text in the language of whoever looks at it; ``str`` gives the English one, which is kept.

        Example:
            >>> AnalystError("No model is configured.", "Set one.").localized
            'No model is configured. Set one.'
        """
        return f"{localize(self.message)} {localize(self.next_step)}".strip()

    @property
    def kind(self) -> str:
        """Name of the error's class, for display and for machines."""
        return type(self).__name__


class InputError(AnalystError):
    """What the user wrote cannot be used as it stands."""


class EmptyQuestion(InputError):
    """A question, or code to run, without any text."""


class UnknownFrame(InputError):
    """A frame was named that is not in scope."""


class UnknownOption(InputError):
    """An option, or a value for one, that does not exist."""


class SettingLocked(UnknownOption, TraitError):
    """A setting would be loosened that the administrator has fixed; ``%config`` undoes the change."""


class UnknownModel(InputError):
    """A model name that is not ``offline`` or ``PROVIDER:MODEL``."""


class MissingExtra(InputError):
    """A part of Analyst Magic whose packages are not installed; ``pip install "analyst-magic[...]"`` brings them."""


class FrameError(InputError):
    """A frame that cannot be described or sent to the sandbox."""


class FrameTooLarge(FrameError):
    """A frame that is larger than the limits allow."""


class LockError(InputError):
    """``analyst.lock`` stands in the way."""


class LockDamaged(LockError):
    """The lock file cannot be read or written."""


class LockUnreadable(LockDamaged):
    """The lock file is there, and the system does not let it be read."""


class LockConflict(LockError):
    """A merge left two answers to one question in the lock file."""


class Unpinned(LockError):
    """No answer is pinned for a question that may only be answered from the lock file."""


class ModelError(AnalystError):
    """No usable answer came from the model."""


class MissingKey(ModelError):
    """The model's provider needs an API key and none is configured."""


class EndpointUnreachable(ModelError):
    """No connection to the model's endpoint, or it broke."""


class ModelTimeout(ModelError):
    """The endpoint did not answer in time."""


class RateLimited(ModelError):
    """The endpoint refused because of too many requests or a used-up quota."""


class ModelRefused(ModelError):
    """The endpoint answered with an error status.

    Args:
        status: The HTTP status.
    """

    def __init__(self, message: str, next_step: str = "", *, status: int = 0) -> None:
        super().__init__(message, next_step)
        self.status = status


class ReplyCut(ModelError):
    """The answer ended before it was complete."""


class NoCode(ModelError):
    """The answer holds no code that can be run."""


class UnreadablePlan(ModelError):
    """The model's plan, or its findings, of an investigation cannot be read."""


class UnreadableReply(ModelError):
    """The model's reply about a cell of the user's, or a notebook, cannot be read."""


class Abstained(ModelError):
    """The offline planner does not understand the question well enough to answer."""


class FigureCriticised(AnalystError):
    """Code drew a figure that its model has looked at and then drawn in another way.

    Args:
        words: What it said of the figure.
    """

    BEGINNING = "The model looked at the figure and changed it:"

    def __init__(self, words: str) -> None:
        super().__init__(f"{self.BEGINNING} {words}")


class CheckFailed(AnalystError):
    """Code was stopped before it ran, because it cannot work or is not allowed."""


class CodeFailed(AnalystError):
    """Code ran in the sandbox and raised an exception.

    Args:
        name: The exception's class name in the sandbox.
        value: The exception's text.
        traceback: Its traceback as plain text, without terminal escapes.
    """

    def __init__(
        self, message: str, next_step: str = "", *, name: str = "", value: str = "", traceback: str = ""
    ) -> None:
        super().__init__(message, next_step)
        self.name = name
        self.value = value
        self.traceback = traceback


class NoResult(AnalystError):
    """Code ran, and what it gave is no answer: nothing, nulls, no rows, a failure that it caught, an object's text.

    Args:
        evidence: What a model may be told of it.
    """

    def __init__(self, message: str, next_step: str = "", *, evidence: str = "") -> None:
        super().__init__(message, next_step)
        self.evidence = evidence


class SandboxError(AnalystError):
    """The sandbox could not run the code, or was lost while it ran."""


class EngineUnavailable(SandboxError):
    """No container engine answers."""


class ImageMissing(SandboxError):
    """The sandbox image is not on this machine."""


class ImageOutdated(SandboxError):
    """The sandbox image was built from other sources than those of this version."""


class NotIsolated(SandboxError):
    """The sandbox that the engine made is weaker than the one asked for; nothing was run in it."""


class RunTimeout(SandboxError):
    """The code ran past its deadline and was stopped."""


class OutOfMemory(SandboxError):
    """The code used more memory than the sandbox has."""


class OutputFlood(SandboxError):
    """The code sent more output than the caps allow and did not stop."""


class SandboxLost(SandboxError):
    """The sandbox ended while, or before, the code ran."""


class ClusterError(AnalystError):
    """The workers of a cluster cannot be used, or were lost."""


class FirewallError(AnalystError):
    """What came back from the sandbox is malformed or over a limit."""


class HistoryError(AnalystError):
    """The history cannot be read or written, or has no such turn."""


class ReportError(AnalystError):
    """A notebook that cannot be exported."""


class ToolFailed(AnalystError):
    """A tool of an MCP server that the user named could not be called, or did not answer."""


class Stopped(AnalystError):
    """The user stopped the turn."""
