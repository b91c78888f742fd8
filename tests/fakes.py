"""The scripted model of ``analyst_magic.testing``, under the name that the tests and benchmarks import."""

from analyst_magic.testing.model import Request, ScriptedModel

__all__ = ["Request", "ScriptedModel"]
