"""The frozen data that flows through a turn, in the order in which it comes to be.

``Question`` -> ``FrameCard`` -> ``Context`` -> ``Reply`` -> ``Finding`` -> ``Execution`` -> ``Turn``
"""

from __future__ import annotations

from .attempt import Attempt, Execution, Finding, Output, Preview, Stage
from .context import ColumnCard, Context, Exchange, FrameCard
from .formats import DOCUMENT_FORMATS, FORMS, PRIVACY_LEVELS, Language, Privacy, Retention, Wants
from .question import MAIN_THREAD, Code, Question, Template
from .reply import Reply, Tokens
from .turn import Result, Turn, join_steps

__all__ = [
    "DOCUMENT_FORMATS",
    "FORMS",
    "MAIN_THREAD",
    "PRIVACY_LEVELS",
    "Attempt",
    "Code",
    "ColumnCard",
    "Context",
    "Exchange",
    "Execution",
    "Finding",
    "FrameCard",
    "Language",
    "Output",
    "Preview",
    "Privacy",
    "Question",
    "Reply",
    "Result",
    "Retention",
    "Stage",
    "Template",
    "Tokens",
    "Turn",
    "Wants",
    "join_steps",
]
