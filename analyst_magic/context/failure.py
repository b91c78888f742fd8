"""What a model is told of code that failed: the exception's class, its text as far as it may leave, the line."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterable

from ..errors import AnalystError, CodeFailed
from ..turn import Code
from .privacy import redact
from .vocabulary import Vocabulary

MAX_LINES = 2
"""Lines of the code that are pointed at."""
MAX_FINDINGS = 600
"""Characters of what the checks found."""
OTHER = "An exception of a class of its own"

EXCEPTIONS = frozenset(
    {name for name, value in vars(builtins).items() if isinstance(value, type) and issubclass(value, BaseException)}
    | set(
        """NoDocument StdinNotImplementedError UsageError JSONDecodeError Empty StatisticsError FrozenInstanceError
        InvalidOperation DivisionByZero BadZipFile PicklingError ArgumentError BrokenProcessPool Error
        BinderException CatalogException ConversionException ConstraintException DataError DependencyException
        FatalException HTTPException IOException IntegrityError InternalError InternalException InterruptException
        InvalidInputException InvalidTypeException NotImplementedException NotSupportedError OperationalError
        OutOfMemoryException OutOfRangeException ParserException PermissionException ProgrammingError
        SequenceException SerializationException SyntaxException TransactionException TypeMismatchException
        AbstractMethodError DuplicateLabelError EmptyDataError IncompatibilityWarning IncompatibleFrequency
        IndexingError IntCastingNaNError InvalidColumnName InvalidIndexError MergeError NoBufferPresent
        NullFrequencyError NumExprClobberingError OptionError OutOfBoundsDatetime OutOfBoundsTimedelta ParserError
        ParserWarning PerformanceWarning PossibleDataLossError PyperclipException SettingWithCopyError
        SpecificationError UndefinedVariableError UnsortedIndexError UnsupportedFunctionCall ValueLabelTypeMismatch
        LossySetitemError InvalidComparison DateParseError DTypePromotionError AxisError LinAlgError ComplexWarning
        ArrowCapacityError ArrowException ArrowIndexError ArrowInvalid ArrowKeyError ArrowMemoryError
        ArrowNotImplementedError ArrowSerializationError ArrowTypeError ColumnNotFoundError ComputeError
        DuplicateError InvalidOperationError NoDataError NoRowsReturnedError PanicException PolarsError RowsError
        SQLInterfaceError SQLSyntaxError SchemaError SchemaFieldNotFoundError ShapeError StringCacheMismatchError
        StructFieldNotFoundError TooManyRowsReturnedError PlotlyError PlotlyKeyError PlotlyDataTypeError
        NotFittedError InvalidParameterError ConvergenceWarning MissingDataError PatsyError ModelError
        ConvergenceError PerfectSeparationError QhullError InvalidFileException IllegalCharacterError
        WorkbookAlreadySaved ReadOnlyWorkbookException DuplicateWorksheetName FileCreateError XlsxWriterException
        PackageNotFoundError InvalidXmlError LayoutError PythonDocxError InvalidSpanError TemplateError
        TemplateSyntaxError UndefinedError UnidentifiedImageError AmbiguousTimeError NonExistentTimeError
        UnknownTimeZoneError ZoneInfoNotFoundError""".split()
    )
)
"""Names of the exceptions of Python and of the image's packages: which of them was raised is not a value."""


def failure(
    error: AnalystError | None, code: Code, known: Vocabulary, texts: Iterable[str], hidden: Iterable[str], *, ran: bool
) -> str:
    """A failed attempt as evidence for the model that wrote it.

    Args:
        error: What went wrong.
        code: The code.
        known: What the model has been sent; it decides whether the exception's class may be named.
        texts: The same as texts, whose words may stand in the exception's text.
        hidden: Columns whose names vanish at every level, as ``frame.column``.
        ran: Whether the code has run, so that what is wrong may quote what it read.
    """
    texts = tuple(texts)
    if isinstance(error, CodeFailed):
        text = f"{_name(error.name, known)}: {redact(error.value, texts, known.level, hidden)}"
        return text + _lines(error.traceback, code, MAX_LINES if known.level != "rows" else 3)
    if ran and error is not None:
        return redact(error.message, texts, known.level, hidden)
    text = redact(str(error), texts, "rows", hidden)  # of the checks, which know the code and the cards alone
    return text if known.level == "rows" else text[:MAX_FINDINGS]


def _name(name: str, known: Vocabulary) -> str:
    return name if name in EXCEPTIONS or (name and known.holds(name)) else OTHER


def _lines(traceback: str, code: Code, most: int) -> str:
    """The lines of the model's own code that the traceback points at; its other lines may quote data."""
    lines = code.text.splitlines()
    numbers = [int(n) for n in re.findall(r"(?:Cell In\[\d+\], line |^-+> )(\d{1,7})", traceback, re.M)]
    known = dict.fromkeys(n for n in numbers if 0 < n <= len(lines))
    return "".join(f"\nline {n}: {lines[n - 1].strip()}" for n in list(known)[:most])
