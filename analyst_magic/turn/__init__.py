"""The frozen data that flows through a turn, in the order in which it comes to be.

``Question`` -> ``FrameCard`` -> ``Context`` -> ``Reply`` -> ``Finding`` -> ``Execution`` -> ``Turn``
"""

from __future__ import annotations

from .attempt import Attempt, Execution, Finding, Output, Preview, Stage
from .context import NUMBER_TYPES, ColumnCard, Context, Exchange, ExternalTool, FrameCard
from .formats import (
    ANSWER_FORMS,
    DOCUMENT_FORMATS,
    DOCUMENTS,
    FORMS,
    OFFICE_FORMATS,
    PRIVACY_LEVELS,
    PRIVACY_WORDS,
    AnswerForm,
    AnswerKind,
    DocumentFormat,
    Language,
    Privacy,
    Retention,
    Wants,
)
from .program import join_steps
from .question import LOOKUPS, MAIN_THREAD, Code, Question, Template
from .reply import Reply, Tokens
from .row_steps import RowStep
from .style import CellStyle, TableStyle
from .turn import Result, Turn, UsedFrame

__all__ = [
    "ANSWER_FORMS",
    "DOCUMENTS",
    "DOCUMENT_FORMATS",
    "FORMS",
    "LOOKUPS",
    "MAIN_THREAD",
    "NUMBER_TYPES",
    "OFFICE_FORMATS",
    "PRIVACY_LEVELS",
    "PRIVACY_WORDS",
    "AnswerForm",
    "AnswerKind",
    "Attempt",
    "CellStyle",
    "Code",
    "ColumnCard",
    "Context",
    "DocumentFormat",
    "Exchange",
    "Execution",
    "ExternalTool",
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
    "RowStep",
    "Stage",
    "TableStyle",
    "Template",
    "Tokens",
    "Turn",
    "UsedFrame",
    "Wants",
    "join_steps",
]
