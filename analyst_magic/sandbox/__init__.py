"""Code and frames -> ``Execution``, in a place where the code can do no harm."""
