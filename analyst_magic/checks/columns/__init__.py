"""Columns that code names and no frame has, found before anything runs: ``correct_columns``.

``flow`` follows the frames through Python, by ``statements`` and ``expressions``; what each method of a library takes
and gives stands in the modules named after pandas, in ``polars_methods`` and in ``charts``. ``sql`` looks at SQL, also
inside Python. What is not understood makes the check silent: code that runs is never stopped.
"""

from .check import correct_columns

__all__ = ["correct_columns"]
