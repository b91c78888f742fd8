"""A look at data before any question: the facts of each column, what is suspicious, and what to look at first.

It runs in the sandbox, where its name is ``analyst_profile`` (``packages.guest_packages``), so it imports nothing of
ours from outside of itself. ``program.show`` sends its records to the host, one JSON object a row, which
``analyst_magic/profiling`` reads. Everything is computed exactly up to ``source.EXACT_ROWS`` rows. Beyond that what
needs all values at once comes from a sample of the rows, and the record says so; of a frame of so many rows the host
counts what needs them all (``counts``), and sends the sample.
"""
