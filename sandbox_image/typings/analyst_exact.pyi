# For mypy: in the sandbox ``analyst_magic/exact`` is a package of its own.
from analyst_magic.exact import arrow_columns as arrow_columns
from analyst_magic.exact import description as description
from analyst_magic.exact import pandas_columns as pandas_columns
from analyst_magic.exact import pandas_frames as pandas_frames
from analyst_magic.exact import polars_frames as polars_frames
