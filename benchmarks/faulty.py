"""Replies of models that are not right, of every kind that is met: what each says, and the kind of its fault.

All are about the frame ``sales`` with the columns region, product, revenue, quantity and order_date.
"""

from __future__ import annotations

_GROUP = "sales.groupby('{0}')['{1}'].sum()"
_SQL = "SELECT {0}, sum({1}) AS total FROM {2} GROUP BY {0}"


def _python(text: str) -> str:
    return f"```python\n{text}\n```"


def _sql(text: str) -> str:
    return f"```sql\n{text}\n```"


def corpus() -> list[tuple[str, str]]:
    """Pairs of a kind of fault and a reply."""
    found: list[tuple[str, str]] = []
    for group, value in (("Region", "revenue"), ("region", "Revenue"), ("regions", "revenue"), ("region", "revenues"),
                         ("REGION", "REVENUE"), ("product", "quantitiy"), ("prodcut", "revenue"),
                         ("region ", "revenue"),
                         ("order date", "revenue"), ("orderdate", "revenue"), ("region", "revnue")):  # fmt: skip
        found.append(("column slip", _python(_GROUP.format(group, value))))
        name = group if group.strip().isidentifier() else f'"{group}"'
        found.append(("column slip", _sql(_SQL.format(name.strip(), value, "sales"))))
    for column in ("customer", "profit_margin", "country", "discount"):
        found.append(("column unknown", _python(_GROUP.format(column, "revenue"))))
        found.append(("column unknown", _sql(_SQL.format(column, "revenue", "sales"))))
    for frame in ("df", "data", "Sales", "sale", "sales_df", "saless"):
        found.append(("frame name", _python(f"{frame}.groupby('region').revenue.sum()")))
    for table in ("sale", "orders", "saless", "my_table"):
        found.append(("table name", _sql(_SQL.format("region", "revenue", table))))
    for text in ("pd.DataFrame(sales.revenue.describe())", "np.mean(sales.revenue)",
                 "px.bar(sales, x='region', y='revenue')",
                 "go.Figure(go.Bar(x=sales.region, y=sales.revenue))", "duckdb.sql('select count(*) from sales').df()",
                 "fig = px.pie(sales, names='region', values='revenue')\nfig"):  # fmt: skip
        found.append(("import forgotten", _python(text)))
    for frequency in ("M", "Q", "Y", "A", "H", "BM", "2M", "T"):
        found.append(("older pandas", _python(f"sales.set_index('order_date').revenue.resample('{frequency}').sum()")))
    for text in ("sales[['revenue', 'quantity']].applymap(lambda v: v * 2)",
                 "import plotly.express as px\npx.density_mapbox(sales.assign(lat=1.0, lon=2.0), lat='lat', lon='lon')",
                 "import plotly.express as px\npx.scatter_mapbox(sales.assign(lat=1.0, lon=2.0), lat='lat', lon='lon')",
                 "import plotly.graph_objects as go\ngo.Figure(go.Scattermapbox(lat=[1], lon=[2]))"):  # fmt: skip
        found.append(("older names", _python(text)))
    for module in ("seaborn as sns", "xgboost", "torch", "prophet", "geopandas as gpd", "altair as alt"):
        found.append(("import missing", _python(f"import {module}\nsales.revenue.sum()")))
    for text in ("import requests\nrequests.get('https://example.org').text", "import yfinance as yf\nyf.download('X')",
                 "import pandas as pd\npd.read_csv('https://example.org/sales.csv')",
                 "import pandas as pd\nsales2 = pd.read_csv('sales.csv')\nsales2.revenue.sum()",
                 "import os\nos.system('pip install seaborn')\nsales.revenue.sum()",
                 "import subprocess\nsubprocess.run(['ls'])"):  # fmt: skip
        found.append(("reaches out", _python(text)))
    for text in ("import pandas as pd\nsales = pd.DataFrame({'region': ['a'], 'revenue': [1]})\nsales.revenue.sum()",
                 "import numpy as np, pandas as pd\nsales = pd.DataFrame({'revenue': np.random.rand(9)})"):  # fmt: skip
        found.append(("made-up data", _python(text)))
    for text in ("!pip install plotly\nsales.revenue.sum()", "%matplotlib inline\nsales.revenue.sum()",
                 "sales[“revenue”].sum()", "sales[‘revenue’].sum()"):  # fmt: skip
        found.append(("notebook lines and quotes", _python(text)))
    code = "sales.revenue.sum()"
    found += [
        ("wrapping", f"Sure! Here is the code:\n\n```py\n{code}\n```\nHope this helps."),
        ("wrapping", f"```Python3\n{code}\n```"),
        ("wrapping", f"<think>hmm</think>\n```python\n{code}\n```"),
        ("wrapping", f"```python\n{code}"),
        ("wrapping", '{"code": "sales.revenue.sum()"}'),
        ("wrapping", '{"sql": "SELECT sum(revenue) FROM sales"}'),
        ("wrapping", code),
        ("wrapping", f"```\n{code}\n```"),
        ("wrapping", "```duckdb\nSELECT sum(revenue) FROM sales\n```"),
        ("wrapping", "SELECT sum(revenue) FROM sales"),
        ("wrapping", '```json\n{"frame": "sales", "measures": [{"function": "sum", "column": "revenue"}]}\n```'),
    ]
    for text in (
        "sales.groupby('region'.revenue.sum()",
        "for x in sales\n    print(x)",
        "sales.revenue.sum(",
        "x = = 1",
    ):
        found.append(("syntax", _python(text)))
    for text in ("SELEC region FROM sales", "SELECT region, FROM FROM sales", "SELECT * FROM sales; SELECT 1",
                 "CREATE TABLE x AS SELECT * FROM sales", "SELECT * FROM read_csv('sales.csv')"):  # fmt: skip
        found.append(("SQL refused", _sql(text)))
    for text in ("1 / 0", "sales['revenue'] + sales['region']", "sales.loc[99999999]", "int('x')", "sales.nope()",
                 "sales.revenue.astype('datetime64[parsec]')", "raise ValueError('no')", "[][1]"):  # fmt: skip
        found.append(("fails when it runs", _python(text)))
    for text in ("I cannot do that.", "Which region do you mean?", ""):
        found.append(("no code", text))
    return found
