"""Columns that code names and no frame has, found before anything runs: ``correct_columns``.

``python`` follows the frames through Python, statement by statement; what each method of a library takes and gives
stands in ``pandas_methods``, ``polars_methods`` and ``charts``. ``sql`` looks at SQL, also inside Python. What is not
understood makes the check silent: code that runs is never stopped.
"""

from .check import correct_columns

__all__ = ["correct_columns"]
