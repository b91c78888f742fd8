"""``Context`` -> ``Reply``: models behind endpoints, and the offline planner, from one table of providers.

``Model``, ``Provider``, ``Context`` and ``Reply`` are what a package needs to bring models of its own. It names its
``Provider`` in an entry point, and its models are then asked as ``acme:MODEL``::

    [project.entry-points."analyst_magic.providers"]
    acme = "acme.analyst:Acme"

>>> from analyst_magic.models import Context, Model, Provider, Reply
>>> class Echo(Model):
...     name = "acme:echo"
...
...     async def reply(self, context: Context, on_text=None) -> Reply:
...         return Reply(f"You asked: {context.question.text}", None, self.name)
>>> class Acme(Provider):
...     def __init__(self):
...         super().__init__("acme", "https://models.acme.example/v1")
...
...     def connect(self, model, *, base_url, api_key, total_timeout):
...         return Echo()
>>> Acme().connect("echo", base_url="", api_key="", total_timeout=60).name
'acme:echo'
"""

from __future__ import annotations

from ..turn import Context, Reply
from .model import Model
from .provider import Provider

__all__ = ["Context", "Model", "Provider", "Reply"]
