"""``connect``, ``tables`` and ``disconnect``: the databases that every question of a folder can use."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from ..errors import InputError, UnknownOption
from ..language import message
from ..models.keys import store_key, stored_key
from ..sandbox.kinds import Check
from ..sources.connections.open import database_of, open_connection
from ..sources.connections.registry import opened, register, registered, unregister, variable, without_password
from ..sources.connections.tables import ConnectedTable, connected_tables
from ..wording import count

MAX_LISTED = 100
"""Tables that are listed at once."""


def password_of(name: str) -> str:
    """The password of a connection in the system's keyring; empty where it has none."""
    return stored_key(f"connection {name}")


def connect(words: Sequence[str], ask: Callable[[str], str]) -> str:
    """Keep a connection's address, and say what is there.

    Args:
        words: Its name and its address; ``--keyring`` to keep its password in the system's keyring.
        ask: Asks the user for a password, without showing what is typed.

    Raises:
        UnknownOption: A name or an address is missing.
        InputError: The address cannot be used, or nobody answers there.
    """
    in_keyring, words = "--keyring" in words, [word for word in words if word != "--keyring"]
    if len(words) != 2:
        raise UnknownOption(
            message("connect needs a name and an address."),
            message("For example: connect sales postgresql://me@db.example.org/sales"),
        )
    name, address = words
    bare, password = without_password(address)
    register(name, address)
    try:
        tables = connected_tables(name, opened(name, address, password_of))
    except InputError:
        typed = "" if password else ask(f"Password of {name} (not shown; empty: none): ").strip()
        if not typed:
            unregister(name)
            raise
        password = typed
        register(name, _with_password(bare, typed))
        tables = connected_tables(name, opened(name, bare))
    about = f"{tables[0].connection.engine}, {count(len(tables), 'table')}" if tables else "no tables"
    where = f" Its password is in this process alone; {variable(name)}, or --keyring, gives it to the next."
    if in_keyring and password:
        stored = store_key(f"connection {name}", password)
        where = " Its password is in the system's keyring." if stored else f" There is no keyring here.{where}"
    return f"{name} is connected: {about}; every question here can use it.{where if password else ''}"


def disconnect(words: Sequence[str]) -> str:
    """Forget a connection.

    Raises:
        UnknownOption: Its name is missing.
        InputError: There is none.
    """
    if len(words) != 1:
        raise UnknownOption(
            message("disconnect needs the name of a connection."), message("For example: disconnect sales")
        )
    unregister(words[0])
    if password_of(words[0]):
        store_key(f"connection {words[0]}", "")
    return message("{words} is not connected any more; the database stays as it is.", words=words[0])


def tables(words: Sequence[str], scope: Mapping[str, object]) -> str:
    """The tables of a connection, those whose names, comments or columns hold all the words.

    Args:
        words: The connection's name, and words; ``--refresh`` to look at the database anew, so that the next question
            describes its tables anew too.
        scope: The values that a question can use.

    Raises:
        UnknownOption: The connection's name is missing.
        InputError: There is no such connection.
    """
    refresh, words = "--refresh" in words, [word for word in words if word != "--refresh"]
    known = {name: value for name, value in scope.items() if database_of(value)}
    if not words:
        listed = [f"{name}  {database_of(value)}" for name, value in known.items()]
        return "\n".join(listed) or "There is no connection in scope. Add one with: connect NAME ADDRESS"
    name, wanted = words[0], [word.lower() for word in words[1:]]
    if name not in known:
        raise InputError(
            message("There is no connection {name}.", name=name),
            message("Connections: {known}.", known=", ".join(known) or message("none")),
        )
    listed_tables = connected_tables(name, known[name], refresh=refresh)
    found = [table for table in listed_tables if all(word in table.words for word in wanted)]
    lines = [_line(table) for table in found[:MAX_LISTED]]
    more = [f"… and {count(len(found) - MAX_LISTED, 'more table')}: name words to search for."]
    return "\n".join([*lines, *(more if len(found) > MAX_LISTED else [])]) or message("No table has these words.")


def read_connections(texts: Sequence[str]) -> dict[str, object]:
    """The connections of ``--connect``, each ``NAME=ADDRESS`` or the name of a registered one.

    Raises:
        InputError: One cannot be used.
    """
    found: dict[str, object] = {}
    for text in texts:
        name, _, address = text.partition("=")
        address = address or registered().get(name, "")
        if not address:
            raise InputError(
                message("There is no connection {name}.", name=name), message("Write it as --connect NAME=ADDRESS.")
            )
        found[name] = opened(name, address, password_of)
    return found


def connection_checks(scope: Mapping[str, object]) -> Iterator[Check]:
    """For each connection in scope, whether it can be asked, and what keeps a statement from more than reading."""
    for name, value in scope.items():
        if not database_of(value):
            continue
        try:
            found = connected_tables(name, value)
            connection = open_connection(name, value)
        except InputError as error:
            yield Check(f"connection {name}", "fail", error.message, error.next_step)
            continue
        layers = " ".join([f"The policy for {connection.dialect} judges each statement.", *connection.layers])
        facts = f"{connection.engine}, {count(len(found), 'table')}. {layers}"
        yield Check(f"connection {name}", "pass", facts, "The last layer is yours: an account that may only read.")


def _with_password(bare: str, password: str) -> str:
    from urllib.parse import quote

    return bare.replace("@", f":{quote(password, safe='')}@", 1)


def _line(table: ConnectedTable) -> str:
    rows = "" if table.table.rows is None else f"  about {count(table.table.rows, 'row')}"
    columns = ", ".join(f"{column.name} {column.type}" for column in table.table.columns)
    return f"{table.reference}{rows}  {columns[:500]}"
