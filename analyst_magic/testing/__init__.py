"""For tests of programs that use Analyst Magic: a scripted model, and a sandbox in which no code runs.

``ScriptedModel`` is a real HTTP server on loopback that gives the replies of a list. ``FakeSandbox`` runs no code: it
gives the results that the test names.

    >>> import pandas as pd
    >>> from analyst_magic import Analyst
    >>> from analyst_magic.testing import FakeSandbox, ScriptedModel
    >>> sales = pd.DataFrame({"region": ["north", "south"], "revenue": [10.0, 20.0]})
    >>> sandbox = FakeSandbox({"SELECT sum(revenue) AS total FROM sales": pd.DataFrame({"total": [30.0]})})
    >>> with ScriptedModel(["```sql\\nSELECT sum(revenue) AS total FROM sales\\n```"]) as model:
    ...     with Analyst(sandbox=sandbox, **model.settings) as analyst:
    ...         turn = analyst.ask("total revenue", {"sales": sales})
    >>> turn.tables[0].to_pandas().total.tolist()
    [30.0]

It is given to ``Analyst`` as an object; no setting and no entry point names it.
"""

from .model import Request, ScriptedModel
from .sandbox import FakeSandbox

__all__ = ["FakeSandbox", "Request", "ScriptedModel"]
