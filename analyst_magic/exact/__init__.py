"""Frames as plain Arrow columns, with a description from which the original is made again.

Arrow is all that passes between the notebook and the sandbox. Its plain types cannot hold every frame: pandas has
periods, intervals, categories of anything, columns of mixed objects and indexes. So a frame travels as plain columns,
which SQL, displays and digests read, and beside them a JSON description in a closed vocabulary and, where a plain
column does not say all, *parts*: further Arrow columns that hold the exact values.

Both sides use this package; in the sandbox it is ``analyst_exact``. A description from the sandbox is hostile: it is
only ever matched against the vocabulary, never evaluated or unpickled, and what does not match is an error.
"""
