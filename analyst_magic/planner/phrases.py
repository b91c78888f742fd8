"""The English that the offline planner knows: phrases and what each stands for.

Every phrase is written in lower case. A word that is neither here nor in the data is not understood, and a question
with such a word is not answered: an unknown word might be the one that matters.
"""

from __future__ import annotations

import re
from typing import Any

FUNCTIONS: dict[str, str] = {
    "average": "mean", "avg": "mean", "mean": "mean", "averages": "mean", "on average": "mean", "typical": "median",
    "median": "median", "variance": "variance", "skewness": "skewness", "kurtosis": "kurtosis",
    "interquartile range": "interquartile range", "iqr": "interquartile range",
    "total": "sum", "sum": "sum", "totals": "sum", "sum up": "sum", "combined": "sum",
    "maximum": "max", "max": "max", "minimum": "min", "min": "min", "standard deviation": "std", "std": "std",
    "stdev": "std", "std dev": "std", "share": "share", "percentage": "share", "proportion": "share",
    "fraction": "share",
    "percent": "share", "count": "count", "counts": "count", "number of": "count",
    "numbers of": "count", "how much": "sum",
    "how many": "count", "# of": "count", "total number of": "count", "total count": "count", "frequency": "count",
    "correlation": "correlation", "correlation coefficient": "correlation", "correlation between": "correlation",
    "correlation coefficient between": "correlation", "ratio": "ratio", "ratio between": "ratio",
    "total number": "count", "total numbers": "count", "total numbers of": "count",
    "minimal": "min", "maximal": "max", "amount of": "count", "number for": "count",
    "how many times": "count",
}  # fmt: skip

SUPERLATIVES: dict[str, tuple[bool, str]] = {
    "highest": (True, ""), "largest": (True, ""), "biggest": (True, ""), "greatest": (True, ""),
    "lowest": (False, ""), "smallest": (False, ""), "least": (False, ""),
    "longest": (True, "length"), "shortest": (False, "length"), "furthest": (True, "distance"),
    "heaviest": (True, "mass"), "lightest": (False, "mass"), "fastest": (True, "speed"), "slowest": (False, "speed"),
    "quickest": (True, "speed"),
    "oldest": (True, "age"), "youngest": (False, "age"), "cheapest": (False, "price"),
    "most expensive": (True, "price"), "hottest": (True, "temperature"), "warmest": (True, "temperature"),
    "earliest": (False, "date"), "latest": (True, "date"),
    "most recent": (True, "date"), "newest": (True, "date"),
    "highest rated": (True, "rating"), "best rated": (True, "rating"), "top rated": (True, "rating"),
    "worst rated": (False, "rating"), "lowest rated": (False, "rating"), "highest paid": (True, "salary"),
    "best paid": (True, "salary"), "lowest paid": (False, "salary"), "worst paid": (False, "salary"),
    "tallest": (True, "height"), "deepest": (True, "depth"), "widest": (True, "width"), "richest": (True, "income"),
    "poorest": (False, "income"), "most populous": (True, "population"), "most populated": (True, "population"),
    "least populous": (False, "population"), "least populated": (False, "population"), "shallowest": (False, "depth"),
    "most valuable": (True, "value"), "least valuable": (False, "value"),
    "coldest": (False, "temperature"), "coolest": (False, "temperature"), "worst": (True, "worse"),
}  # fmt: skip
"""Whether the most is meant, and the column that the word hints at where the question names none."""

ORDERS: dict[str, bool] = {
    "highest first": True, "largest first": True, "biggest first": True, "greatest first": True, "most first": True,
    "longest first": True, "highest to lowest": True, "high to low": True, "largest to smallest": True,
    "from highest to lowest": True, "from high to low": True, "descending": True, "desc": True,
    "in descending order": True, "descending order": True, "decreasing": True, "newest first": True,
    "latest first": True, "most recent first": True, "heaviest first": True, "most frequent first": True,
    "most valuable first": True, "best paid first": True,
    "lowest first": False, "smallest first": False, "least first": False, "shortest first": False,
    "lowest to highest": False, "low to high": False, "smallest to largest": False, "from lowest to highest": False,
    "ascending": False, "asc": False, "in ascending order": False, "ascending order": False, "increasing": False,
    "oldest first": False, "earliest first": False, "alphabetically": False, "in alphabetical order": False,
    "fewest first": False, "the lowest to the highest": False, "the highest to the lowest": True, "alphabetic": False,
    "alphabetical": False, "a-z": False, "from the lowest to the highest": False, "high-to-low": True,
    "low-to-high": False, "lightest first": False, "from low to high": False, "cheapest first": False,
}  # fmt: skip

OPERATORS: dict[str, str] = {
    "above": ">", "over": ">", "more than": ">", "greater than": ">", "larger than": ">", "higher than": ">",
    "bigger than": ">", "longer than": ">", "exceeding": ">", "exceeds": ">", "exceed": ">", "heavier than": ">",
    "by more than": ">", "older than": ">", ">": ">", "below": "<", "under": "<", "less than": "<", "fewer than": "<",
    "lower than": "<", "smaller than": "<", "shorter than": "<", "lighter than": "<", "younger than": "<", "<": "<",
    "by less than": "<", "at least": ">=", "no less than": ">=", "not less than": ">=", "minimum of": ">=",
    ">=": ">=", "≥": ">=", "at most": "<=", "no more than": "<=", "not more than": "<=", "up to": "<=", "<=": "<=",
    "≤": "<=", "equal to": "=", "equals": "=", "equal": "=", "exactly": "=", "=": "=", "==": "=", "!=": "!=",
    "<>": "!=", "≠": "!=", "not equal to": "!=", "after": ">", "later than": ">", "before": "<", "earlier than": "<",
    "warmer than": ">", "hotter than": ">", "colder than": "<", "cheaper than": "<", "pricier than": ">",
    "more expensive than": ">", "taller than": ">", "deeper than": ">", "since": ">=", "until": "<=",
    "contains": "contains", "containing": "contains", "contain": "contains",
    "like": "like",
}  # fmt: skip

CHARTS: dict[str, str] = {
    "bar chart": "bar", "bar graph": "bar", "bar plot": "bar", "barchart": "bar", "bars": "bar", "bar": "bar",
    "column chart": "bar", "line chart": "line", "line graph": "line", "line plot": "line", "line": "line",
    "linechart": "line", "lines": "line", "time series": "line", "trend": "line", "trend line": "line",
    "scatter": "scatter", "scatter plot": "scatter", "scatter chart": "scatter", "scatterplot": "scatter",
    "histogram": "histogram", "distribution": "histogram", "box plot": "box", "boxplot": "box", "box plots": "box",
    "boxplots": "box", "box": "box", "box chart": "box", "pie": "pie", "pie chart": "pie", "pie graph": "pie",
    "heatmap": "heatmap", "heat map": "heatmap", "histograms": "histogram", "scatter graph": "scatter",
    "relationship between": "scatter", "relation between": "scatter",
    "chart": "", "plot": "", "graph": "", "draw": "", "visualise": "", "visualize": "", "figure": "", "charts": "",
    "visualisation": "", "visualization": "", "diagram": "", "relationship": "scatter", "trend of": "line",
    "change": "line", "changes": "line", "trends": "line", "compare": "", "comparing": "", "visualizing": "",
    "graphs": "",
    "plots": "", "bar charts": "bar",
    "area chart": "area", "area": "area", "violin plot": "violin", "violin": "violin", "treemap": "treemap",
    "line charts": "line", "map": "map", "world map": "map", "choropleth": "map", "choropleth map": "map",
    "maps": "map",
}  # fmt: skip

DOCUMENTS: dict[str, str] = {
    "excel": "xlsx", "xlsx": "xlsx", "spreadsheet": "xlsx", "workbook": "xlsx", "excel sheet": "xlsx",
    "word document": "docx", "word file": "docx", "word doc": "docx", "docx": "docx", "word report": "docx",
    "in word": "docx", "pdf": "pdf", "powerpoint": "pptx", "power point": "pptx", "pptx": "pptx", "slide": "pptx",
    "slides": "pptx", "slide deck": "pptx", "presentation": "pptx", "excel workbook": "xlsx",
    "excel spreadsheet": "xlsx", "powerpoint presentation": "pptx", "powerpoint slides": "pptx", "deck": "pptx",
    "powerpoint slide": "pptx", "pdf document": "pdf", "pdf report": "pdf", "excel table": "xlsx",
}  # fmt: skip


def document_named(text: str) -> str:
    """The format of the document that a text names, such as ``xlsx`` for an Excel file; empty where it names none."""
    found = re.search(rf"\b(?:{'|'.join(sorted(DOCUMENTS, key=len, reverse=True))})\b", text, re.IGNORECASE)
    return DOCUMENTS[found[0].lower()] if found else ""


TIMES: dict[str, str] = {
    "hour": "hour", "hours": "hour", "day": "day", "days": "day", "date": "day", "week": "week", "weeks": "week",
    "month": "month", "months": "month", "quarter": "quarter", "quarters": "quarter", "year": "year",
    "years": "year", "day of week": "day of week", "day of the week": "day of week", "weekday": "day of week",
    "weekdays": "day of week", "days of the week": "day of week", "hour of day": "hour of day",
    "hour of the day": "hour of day", "time of day": "hour of day", "month of year": "month of year",
    "month of the year": "month of year", "calendar month": "month of year", "decade": "decade", "decades": "decade",
}  # fmt: skip

EVERY: dict[str, str] = {
    "hourly": "hour", "daily": "day", "weekly": "week", "monthly": "month", "quarterly": "quarter", "yearly": "year",
    "annual": "year", "annually": "year", "over time": "", "through time": "", "over the years": "year",
    "over the months": "month", "year by year": "year", "month by month": "month", "day by day": "day",
    "over the year": "month",
}  # fmt: skip

BY = (
        "by", "per", "each", "every", "across", "broken down by", "grouped by", "group by", "split by",
        "for each", "for every", "for different", "for the different", "in each", "of each", "within each",
        "at each", "on each", "separately for", "depending on", "as a function of", "break down by",
        "breakdown by", "for all the different", "by each", "in every", "each of the", "group", "groups",
        "groups by", "grouping by", "group it by", "group them by",
    )  # fmt: skip

KINDS: dict[str, tuple[str, ...]] = {
    "by": BY,
    "versus": ("vs", "versus", "against", "vs."),
    "between": ("between", "in the range", "ranging from"),
    "not": (
        "not", "except", "excluding", "other than", "without", "isn't", "aren't", "wasn't", "apart from",
        "except for", "not from", "not in", "not to", "that are not", "is not", "are not", "no", "not for",
        "not counting", "not including", "leaving out", "ignoring",
    ),
    "missing": ("missing", "null", "empty", "unknown", "nan", "not known", "blank", "not available"),
    "present": ("known", "not missing", "not null", "not empty", "present", "is known"),
    "and": ("and", "&", "as well as", "plus"),
    "or": ("or",),
    "sort": (
        "sorted by", "sort by", "ordered by", "order by", "ranked by", "rank by", "sort", "sorted", "ordered",
        "ranked", "order", "rank", "sorting", "ordering", "ranking", "arrange", "arranged", "arranged by", "sorting by",
        "ordering by",
    ),
    "top": ("top",),
    "bottom": ("bottom",),
    "first": ("first", "limit", "only the first", "head"),
    "most": ("most", "most frequent", "most common", "most often"),
    "fewest": ("fewest", "least frequent", "least common", "least often"),
    "distinct": ("distinct", "unique", "different"),
    "which": ("which", "what"),
    "list": (
        "show", "list", "display", "print", "show me", "give me", "get", "find", "see", "tell me", "give",
        "select", "return", "fetch", "tell", "present", "provide", "report", "represent", "draw",
        "shows", "showing", "listing", "finding", "returns", "displaying", "displayed", "listed", "give", "help",
        "break down", "gimme", "name the", "name all", "name all the", "name any", "name every",
    ),
    "rows": (
        "rows", "row", "records", "record", "entries", "entry", "observations", "observation", "rows of data",
        "lines of data",
    ),
    "where": (
        "where", "with", "having", "when", "if", "that have", "which have", "that had", "who have", "that has",
        "having a", "for which", "whose",
    ),
    "from": (
        "from", "leaving", "departing", "leaving from", "departing from", "left from", "out of", "left",
        "departed from", "departed", "originating in", "originating from", "starting in", "starting from",
    ),
    "to": (
        "to", "into", "arriving at", "arriving in", "flying to", "going to", "fly to", "flew to", "bound for",
        "go to", "went to", "towards", "heading to", "landing in", "landing at", "fly into",
    ),
    "colour": (
        "coloured by", "colored by", "color by", "colour by", "coloring by", "colouring by", "color-coded by",
        "with color by", "with colour by", "coloured according to", "colored according to", "by color", "colour",
        "color", "with colour for", "with color for", "coloured", "colored",
    ),
    "unit": (
        "minute", "minutes", "mins", "mile", "miles", "km", "kilometres", "kilometers", "mm", "millimetres",
        "millimeters", "cm", "grams", "gram", "g", "kg", "kilograms", "dollars", "euros", "pounds", "usd", "eur",
        "degrees", "feet", "metres", "meters", "mph", "seconds", "pct",
    ),
    "axis": (),
    "relative": ("last", "this", "next", "previous", "past", "current", "the last", "the past", "within the last",
                 "in the last", "over the last"),
    "only": ("only", "solely", "exclusively"),
    "both": ("both",),
    "never": ("never",),
    "who": ("who has", "who had"),
    "within": (),
    "look": ("stacked", "grouped", "horizontal", "vertical", "log", "log scale", "logarithmic", "logarithmic scale",
             "on a log scale", "on a logarithmic scale", "with a log scale", "with a logarithmic scale"),
    "bin": ("bin", "binned", "binning"),
    "letters": ("letter", "letters"),
    "edge": (),
    "file": ("file", "document", "report", "doc", "sheet", "download", "export", "exported"),
    "is": ("is", "are", "was", "were", "be"),
    "stop": (
        "a", "an", "the", "of", "in", "on", "at", "for", "been", "create", "make", "creating", "generate", "build",
        "produce",
        "prepare", "put", "table", "render", "turn", "save", "write", "saved", "do", "does", "did", "has", "have",
        "had", "there", "please", "can", "could", "would", "you", "i", "me", "we", "us", "my", "our", "want",
        "need", "like to", "would like", "i'd like", "want to", "let", "let's", "as", "that", "these", "it",
        "its", "their", "they", "them", "all", "any", "how", "what's", "what is", "what are", "what was",
        "what were", "which are", "which is", "compute", "calculate", "determine", "here", "so", "than", "hi",
        "hello", "hey", "thanks", "thank", "kindly", "overall", "in total", "altogether", "values", "value of",
        "values of", "column", "columns", "field", "data", "dataset", "data set", "frame", "dataframe",
        "data frame", "use", "using", "also", "just", "whole", "entire", "give me the", "flown", "fly",
        "flies", "flew", "flying", "made", "recorded", "measured", "observed", "took", "taken", "sold", "occur",
        "occurred", "happened", "took place", "lives", "live", "living", "found", "come", "comes", "operated",
        "operate", "operates", "named", "called", "along with", "together with", "look", "about",
        "across all data", "know", "find out", "figure out", "work out", "s", "during", "appear",
        "appears", "exist", "exists", "contained", "included",
        "belong", "belongs", "corresponding", "correspond", "respectively", "the result", "the results", "results",
        "result",
        "attribute", "attributes", "associated", "existing", "various", "those", "who", "name of", "names of",
        "comparison about",
        "comparison of", "comparison", "give me the result", "information", "information about", "details",
        "over all", "anything", "ever", "yet", "take", "the word", "the words", "pls", "plz",
        "available", "each of them", "he", "she", "his", "her", "him", "theirs",
        "has there been",
        "each of them by", "and visualize", "plotting", "by using", "basis", "wise", "instead", "am", "them by",
        "this data", "this frame", "this table", "this dataset", "this chart",
    ),
}  # fmt: skip

VERBS: dict[str, tuple[str, ...]] = {
    "gain": (
        "won", "win", "wins", "winning", "scored", "score", "scores", "received", "receive", "receives", "got", "gets",
        "earned", "earn", "earns", "collected", "collect", "achieved", "achieve", "obtained", "obtain", "posted",
        "claimed", "gained", "gain", "attracted", "attract", "drew", "record", "records", "make", "makes", "sell",
        "sells", "paid", "pay", "pays", "showed", "shows", "spent", "spend", "spends"
    ),
    "happen": (
        "arrived", "arrive",
        "released", "release", "opened", "open", "built", "build", "founded", "launched", "launch", "aired", "air",
        "published", "publish", "completed", "established", "created", "premiered", "premiere", "born", "elected",
        "appointed", "started", "start", "began", "begin", "ended", "end", "constructed", "came out", "come out",
        "formed", "introduced", "held", "first aired", "first opened", "put out",
    ),
    "relate": (
        "placed", "place", "needed", "needs", "required", "require", "requires", "handled", "handles", "handle",
        "shipped", "sent", "burn", "burns", "burned", "treated", "treats", "carried", "carry",
        "bought", "buy", "buys", "purchased", "purchase", "visited", "play", "plays",
        "played", "playing", "drive",
        "drove", "drives", "wear", "wears", "wore", "work", "works",
        "worked", "represent", "represented", "represents", "compete", "competed", "competes", "race", "raced",
        "serve", "served", "located", "located in", "come from", "came from", "used", "used as", "play in", "attend",
        "attended", "still", "currently",
        "perform", "performed", "answered", "responded",
        "star", "starred", "appeared", "act", "acted", "sing", "run", "ran",
    ),
}  # fmt: skip
"""Verbs that add nothing to the column or value that they stand beside, by what has to stand there."""

NOUN_FILLERS = frozenset({"result", "results", "attribute", "attributes", "information", "details", "comparison",
"basis"})  # fmt: skip
"""Last words of fillers that are no fillers where a column has their name."""

NUMBER_TYPES: dict[str, int] = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "twelve": 12, "fifteen": 15, "twenty": 20, "fifty": 50, "hundred": 100,
}  # fmt: skip
QUALITY: dict[str, tuple[str, ...]] = {
    "missing": ("missing values", "null values", "missing data", "missing values in each column", "nulls",
                "missing values by column", "missing values per column"),
    "summary": ("describe", "summary statistics", "descriptive statistics", "summarise", "summarize", "summary"),
    "duplicates": ("duplicates", "duplicate rows", "duplicated rows", "duplicate records"),
    "columns": ("column names", "names of the columns", "what columns", "which columns", "list the columns",
    "list columns",
                "show the columns", "show columns"),
    "correlations": ("correlation matrix", "correlations between all columns", "all correlations"),
}  # fmt: skip
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


Table = dict[tuple[str, ...], tuple[str, Any]]


def _add_orders(table: Table) -> None:
    """``in ascending order``, ``by descending``."""
    for phrase, down in ORDERS.items():
        if not phrase.endswith(" first") and phrase != "alphabetically":
            plain = phrase.removeprefix("in ").removesuffix(" order").removeprefix("from ")
            for form in ("{} order", "in {} order", "from {}", "from {} order", "in a {} order", "in an {} order",
                         "in {}", "in the {} order", "by {}", "by {} order"):  # fmt: skip
                table.setdefault(tuple(form.format(plain).split()), ("direction", down))


def _add_times(table: Table) -> None:
    """``Q1``, ``yesterday``, ``weekends``."""
    for number in range(1, 5):
        table[(f"q{number}",)] = table[("quarter", str(number))] = ("quarter", number)
    for word, unit, offset in (("today", "day", 0), ("yesterday", "day", -1), ("year to date", "year", None),
                               ("ytd", "year", None), ("month to date", "month", None)):  # fmt: skip
        table[tuple(word.split())] = ("today", (unit, offset))
    for word in ("weekend", "weekends", "the weekend"):
        table[tuple(word.split())] = ("weekend", True)


def _add_edges(table: Table) -> None:
    """``begins with``, ``ends with``, and the axes of a chart."""
    for edge in ("start", "end"):
        for form in ("{} with", "{}s with", "{}ing with", "{}ed with"):
            table[tuple(form.format(edge).split())] = ("edge", edge)
    table[("begins", "with")] = table[("begin", "with")] = table[("beginning", "with")] = ("edge", "start")
    for axis in ("x", "y"):
        for form in ("{}", "{} axis", "{}-axis", "{}-axes", "the {}", "the {} axis", "the {}-axis", "{}axis"):
            table[tuple(form.format(axis).split())] = ("axis", axis)


def phrase_table() -> Table:
    """Every phrase as its words, with its kind and meaning."""
    table: Table = {}
    for kind, phrases in KINDS.items():
        table.update({tuple(phrase.split()): (kind, phrase) for phrase in phrases})
    groups: tuple[tuple[str, dict[str, Any]], ...] = (
        ("number", NUMBER_TYPES), ("operator", OPERATORS), ("time", TIMES), ("every", EVERY), ("function", FUNCTIONS),
        ("superlative", SUPERLATIVES), ("direction", ORDERS), ("chart", CHARTS), ("document", DOCUMENTS),
    )  # fmt: skip
    for kind, meanings in groups:
        table.update({tuple(phrase.split()): (kind, meaning) for phrase, meaning in meanings.items()})
    _add_orders(table)
    for kind, verbs in VERBS.items():
        for verb in verbs:
            table.setdefault(tuple(verb.split()), ("verb", kind))
    for place, word in enumerate(("second", "third", "fourth", "fifth"), start=1):
        table[(word,)] = ("ordinal", place)
    for what, phrases in QUALITY.items():
        table.update({tuple(phrase.split()): ("quality", what) for phrase in phrases})
    _add_times(table)
    _add_edges(table)
    for ending in ("of", "for"):
        for phrase, meaning in FUNCTIONS.items():
            table.setdefault((*phrase.split(), ending), ("function", meaning))
    for number, name in enumerate(MONTHS, start=1):
        table[(name,)] = ("month", number)
    for number, name in enumerate(WEEKDAYS, start=1):
        table[(name,)] = table[(name + "s",)] = ("weekday", number)
    for good in ("worst first", "worst to best", "from worst to best"):
        table[tuple(good.split())] = ("judged", True)
    for good in ("best first", "best to worst", "from best to worst"):
        table[tuple(good.split())] = ("judged", False)
    return table


PHRASES = phrase_table()
LONGEST = max(len(words) for words in PHRASES)
PHRASE_WORDS = frozenset(word for words in PHRASES for word in words)
