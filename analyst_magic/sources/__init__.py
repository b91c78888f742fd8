"""What can be asked about: data frames in memory, data files, and kinds of data that other packages bring.

Another package brings a kind of its own with a ``Source``, a ``SourceKind`` and an entry point of the group
``analyst_magic.sources``:

    >>> import pandas as pd
    >>> from analyst_magic.sources import Source, SourceKind
    >>> class Ledger:
    ...     entries = [("rent", 900.0), ("tea", 4.5)]
    >>> class LedgerSource(Source):
    ...     kind = "ledger"
    ...     def __init__(self, name, ledger):
    ...         self.name, self.ledger = name, ledger
    ...     def read(self):
    ...         return pd.DataFrame(self.ledger.entries, columns=["account", "amount"])
    >>> class LedgerKind(SourceKind):
    ...     name = "ledger"
    ...     def matches(self, value):
    ...         return isinstance(value, Ledger)
    ...     def open(self, name, value):
    ...         return LedgerSource(name, value)
    >>> LedgerKind().open("books", Ledger()).labels
    ['account', 'amount']
"""

from .base import Source, SourceKind

__all__ = ["Source", "SourceKind"]
