"""Words that stand for the names of columns: synonyms, forms of verbs, adjectives, and what is good or bad."""

from __future__ import annotations

VERB_FORMS: dict[str, str] = {
    "won": "win", "winning": "win", "winner": "win", "wins": "win", "wrote": "write", "written": "write",
    "writer": "write", "author": "write", "directed": "direct", "director": "direct", "directs": "direct",
    "produced": "produce", "producer": "produce", "built": "build", "builder": "build", "founded": "found",
    "founder": "found", "opened": "open", "opening": "open", "opens": "open", "closed": "close", "launched": "launch",
    "established": "establish", "completed": "complete", "released": "release", "published": "publish",
    "publisher": "publish", "elected": "elect", "driver": "drive", "drove": "drive", "coach": "coach",
    "coached": "coach", "aired": "air", "died": "die", "death": "die", "born": "birth", "sang": "sing", "sung": "sing",
    "singer": "sing", "composed": "compose", "composer": "compose", "designed": "design", "designer": "design",
    "architect": "design", "manufactured": "manufacture", "manufacturer": "manufacture", "used": "use",
    "developed": "develop", "developer": "develop", "owned": "own", "owner": "own", "scored": "score",
    "rated": "rate", "rating": "rate", "paid": "pay", "salary": "pay",
    "voiced": "voice", "hosted": "host", "managed": "manage", "manager": "manage", "climbed": "ascent",
    "hired": "hire", "ordered": "order", "shipped": "ship", "delivered": "deliver", "delivery": "deliver",
}  # fmt: skip
"""Forms of verbs, and who does it: *who wrote it* asks for the column ``Written by``."""

SAME: dict[str, str] = {
    "airline": "carrier", "gender": "sex", "client": "customer", "item": "product", "wage": "salary",
    "color": "colour", "nation": "country", "delayed": "delay", "sale": "revenue", "turnover": "revenue",
    "aeroplane": "plane", "airplane": "plane", "aircraft": "plane", "kind": "type",
    "weight": "mass", "producer": "manufacturer", "maker": "manufacturer",
    "costs": "cost", "center": "centre", "shop": "store", "town": "city",
}  # fmt: skip
"""Words that name the same thing; used only where a column does not have the question's own word."""

RELATED: dict[str, tuple[str, ...]] = {
    "airport": ("origin", "destination", "faa"), "people": ("population", "inhabitant"),
    "length": ("distance", "duration", "runtime", "night"), "duration": ("length", "runtime", "night"),
    "height": ("elevation", "altitude"), "mass": ("weight", "tonnage"),
    "revenue": ("amount",), "income": ("salary", "wage", "gdp"),
    "price": ("cost", "rent", "fee", "fare"), "admission": ("admitted",), "spectator": ("attendance",),
}  # fmt: skip
"""Words that may stand for one of several others."""

ADJECTIVES: dict[str, tuple[str, ...]] = {
    "tall": ("height",), "high": ("height", "elevation", "altitude"), "heavy": ("weight", "mass", "tonnage"),
    "long": ("length", "duration", "runtime", "minutes", "distance"), "deep": ("depth",), "wide": ("width",),
    "old": ("age",),
    "far": ("distance",), "large": ("area", "size"), "big": ("area", "size"), "fast": ("speed",),
    "expensive": ("price", "cost"), "populous": ("population",),
    "hot": ("temperature",), "cold": ("temperature",), "loud": ("volume",),
}  # fmt: skip
"""The nouns of columns that an adjective asks for: *how tall*."""

COMPARED: dict[str, str] = {
    "longer": "length",
    "shorter": "length",
    "heavier": "mass",
    "lighter": "mass",
    "older": "age",
    "younger": "age",
    "taller": "height",
    "higher": "height",
    "above": "height",
    "deeper": "depth",
    "warmer": "temperature",
    "hotter": "temperature",
    "colder": "temperature",
    "cheaper": "price",
    "pricier": "price",
    "more expensive": "price",
    "bigger": "area",
    "larger": "area",
    "smaller": "area",
}
"""What a comparison is of where no column is named."""

ROLES: dict[str, tuple[str, ...]] = {
    "from": ("from", "origin", "source", "start", "departure", "sender"),
    "to": ("to", "destination", "target", "end", "arrival", "receiver"),
}
"""Which columns *from* and *to* point at."""

WORSE_HIGH = ("delay", "error", "loss", "cost", "defect", "complaint", "late", "lateness", "failure", "churn",
              "accident", "wait", "latency", "risk", "pollution", "death", "crime")  # fmt: skip
WORSE_LOW = ("revenue", "profit", "income", "score", "rating", "accuracy", "margin", "grade", "satisfaction", "quality",
             "visibility", "sales", "reward", "yield", "star", "mark", "point")  # fmt: skip
