"""Compile packages without their docstrings: pandas' take 4 MB of each idle spare. ``help`` reads the sources' own.

``python strip_docstrings.py FOLDER...`` writes the compiled files beside the sources; asserts and line numbers stay as
they are.
"""

import ast
import importlib.util
import sys
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path
from types import CodeType

DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def strip_docstrings(source: bytes, path: str) -> CodeType:
    """The code of a source without docstrings."""
    tree = ast.parse(source, path)
    for node in ast.walk(tree):
        if isinstance(node, DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body[:1] = [] if len(node.body) > 1 else [ast.copy_location(ast.Pass(), node.body[0])]
    return compile(tree, path, "exec", dont_inherit=True)


def main(folders: list[str]) -> None:
    for path in (path for folder in folders for path in Path(folder).rglob("*.py")):
        source = path.read_bytes()
        compiled = Path(importlib.util.cache_from_source(path))
        compiled.parent.mkdir(exist_ok=True)
        # Not checked against its source at import, as all compiled files of the image.
        compiled.write_bytes(
            _code_to_hash_pyc(strip_docstrings(source, str(path)), importlib.util.source_hash(source), False)
        )


if __name__ == "__main__":
    main(sys.argv[1:])
