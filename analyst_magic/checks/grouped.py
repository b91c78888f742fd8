"""Which SQL gives aggregates whose source rows can be counted, and the same SQL with that count beside each row.

Below the privacy level ``rows`` a model may be told the figures of a step only where at least five rows of the data
stand behind each. The model wrote the code, so no count of its own says so; here the form of the statement does. It has
one frame, no join, and gives keys and aggregates of whole columns. One more column then counts the rows of each group.

This is the minimum frequency rule of statistical disclosure control: A. Hundepool et al., Statistical Disclosure
Control, Wiley 2012, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterator

from .sql_parser import Node, SqlError, arguments, nodes, text_of, trees, without_places

COUNT = "rows_of_the_data"
"""Name of the column that counts."""

# Aggregates that no single row decides. min, max, first, any_value, mode and quantiles give the value of one row.
_AGGREGATES = frozenset(
    """avg mean sum sum_no_overflow fsum kahan_sum favg count count_star stddev stddev_pop stddev_samp std variance
    var_pop var_samp corr covar_pop covar_samp regr_slope regr_intercept regr_r2 skewness kurtosis
    approx_count_distinct""".split()
)
_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "round", "abs", "coalesce", "nullif"})
_PARTS_OF_DATES = frozenset(
    {"date_trunc", "date_part", "year", "quarter", "month", "week", "day", "dayofweek", "isodow", "hour"}
)
_CONDITIONS = frozenset(
    """COMPARE_EQUAL COMPARE_NOTEQUAL COMPARE_LESSTHAN COMPARE_GREATERTHAN COMPARE_LESSTHANOREQUALTO COMPARE_IN
    COMPARE_GREATERTHANOREQUALTO COMPARE_DISTINCT_FROM COMPARE_NOT_DISTINCT_FROM COMPARE_NOT_IN COMPARE_BETWEEN
    CONJUNCTION_AND CONJUNCTION_OR OPERATOR_NOT OPERATOR_IS_NULL OPERATOR_IS_NOT_NULL OPERATOR_CAST""".split()
)
_COMPARES_TEXT = frozenset({"~~", "!~~", "~~*", "!~~*", "contains", "starts_with", "ends_with", "prefix", "suffix"})
_MAX_COLUMNS = 20


def counted(text: str) -> str | None:
    """SQL that gives what ``text`` gives, and last the number of rows of the frame behind each row of the result.

    Args:
        text: One statement, checked.

    Returns:
        The SQL, or None where the rows cannot be counted: a join, a subquery, a sample, an aggregate of a computed
        value, a column that is no aggregate and no key.

    Example:
        >>> counted("SELECT avg(price) FROM sales")
        'SELECT avg(price), least(count_star(), count(price)) AS rows_of_the_data FROM sales'
    """
    try:
        statements = trees(text)
        if len(statements) != 1 or not _is_plain(statements[0]):
            return None
        tree = statements[0]
        values = {name for item in tree["select_list"] for name in _aggregated(item)}
        counts = ["count(*)", *(f"count({name})" for name in sorted(values))]
        (one,) = (
            trees(f"SELECT least({', '.join(counts)}) AS {COUNT}") if values else trees(f"SELECT count(*) AS {COUNT}")
        )
        tree["select_list"] += one["select_list"]
        return text_of(tree)
    except SqlError:
        return None


def _is_plain(tree: Node) -> bool:
    source = tree.get("from_table") or {}
    if tree["type"] != "SELECT_NODE" or source.get("type") != "BASE_TABLE" or len(tree["select_list"]) > _MAX_COLUMNS:
        return False
    if source.get("sample") or tree.get("sample") or source.get("column_name_alias") or tree["cte_map"]["map"]:
        return False
    if tree.get("qualify") or len(tree.get("group_sets") or []) > 1 or any(_is_inner(node) for node in nodes(tree)):
        return False
    modifiers = {modifier["type"] for modifier in tree["modifiers"]}
    if not modifiers <= {"ORDER_MODIFIER", "LIMIT_MODIFIER"}:
        return False
    return _gives_aggregates(tree) and _is_condition(tree.get("where_clause")) and _is_condition(tree.get("having"))


def _gives_aggregates(tree: Node) -> bool:
    """Whether each item, and what the rows are ordered by, is a key or an aggregate, and one item at least is one."""
    keys, items = _keys(tree), tree["select_list"]
    plain = [_expression(key) for key in keys]
    aggregates = [item for item in items if _expression(item) not in plain]
    if tree["aggregate_handling"] == "FORCE_AGGREGATES":  # GROUP BY ALL: what is no aggregate is a key
        aggregates = [item for item in aggregates if not _is_key(item)]
    orders = [order["expression"] for modifier in tree["modifiers"] for order in modifier.get("orders", ())]
    ordered = all(_is_key(order) or _is_aggregate(order) or order.get("class") == "CONSTANT" for order in orders)
    return bool(aggregates) and all(map(_is_key, keys)) and all(map(_is_aggregate, aggregates)) and ordered


def _is_condition(condition: Node | None) -> bool:
    """Whether a condition looks at columns, parts of dates, aggregates and constants, and computes nothing else."""
    if not condition:
        return True
    if condition.get("class") in {"CONSTANT", "TYPE"} or _is_key(condition) or _is_aggregate(condition):
        return True
    if condition.get("type") not in _CONDITIONS and _function(condition) not in _COMPARES_TEXT:
        return False
    parts = [part for value in condition.values() for part in (value if isinstance(value, list) else [value])]
    parts = [part.get("expression", part) for part in parts if isinstance(part, dict)]
    return all(_is_condition(part) for part in parts if "class" in part)


def _is_inner(node: Node) -> bool:
    return node.get("class") in {"SUBQUERY", "WINDOW", "LAMBDA", "STAR", "PARAMETER"} or node.get("type") == "STAR"


def _keys(tree: Node) -> list[Node]:
    """What the rows are grouped by; a number stands for the item at that place."""
    keys = []
    for key in tree["group_expressions"]:
        place = _whole_number(key)
        items = tree["select_list"]
        keys.append(items[place - 1] if place is not None and 1 <= place <= len(items) else _of_alias(key, items))
    return keys


def _of_alias(key: Node, items: list[Node]) -> Node:
    if key.get("class") == "COLUMN_REF" and len(key["column_names"]) == 1:
        return next((item for item in items if item.get("alias", "").lower() == key["column_names"][0].lower()), key)
    return key


def _whole_number(node: Node) -> int | None:
    text = str((node.get("literal") or {}).get("text", "")) if node.get("class") == "CONSTANT" else ""
    return int(text) if text.isdecimal() else None


def _expression(node: Node) -> Node:
    """An expression without the name that the result gives it and its place, to compare it with another."""
    return {**without_places(node), "alias": ""}


def _is_column(node: Node) -> bool:
    return node.get("class") == "COLUMN_REF"


def _is_key(node: Node) -> bool:
    """A column, or a part of a date in one."""
    if _is_column(node):
        return True
    given = arguments(node) if _function(node) in _PARTS_OF_DATES else []
    return bool(given) and all(_is_column(value) or value.get("class") == "CONSTANT" for value in given)


def _function(node: Node) -> str:
    return str(node.get("function_name") or "").lower() if node.get("class") == "FUNCTION" else ""


def _is_aggregate(node: Node) -> bool:
    """An aggregate of whole columns, or arithmetic of such and of constants."""
    if node.get("class") == "CAST":
        return _is_aggregate(node["child"])
    name = _function(node)
    if name in _AGGREGATES:
        one_each = node.get("distinct") and name != "count"  # of each value: one row may decide
        return not (node.get("filter") or one_each) and all(map(_is_column, arguments(node)))
    given = arguments(node)
    if name not in _ARITHMETIC or not given:
        return False
    return all(_is_aggregate(value) or value.get("class") == "CONSTANT" for value in given) and any(
        map(_is_aggregate, given)
    )


def _aggregated(item: Node) -> Iterator[str]:
    """The columns that an item aggregates, as SQL writes them."""
    for node in nodes(item):
        if _function(node) in _AGGREGATES:
            for value in arguments(node):
                if _is_column(value):
                    yield ".".join('"' + part.replace('"', '""') + '"' for part in value["column_names"])
