"""Single rows by prepared statements, for the few places where a millisecond counts.

Django compiles every query anew; for one row by its key that costs several times what the database does. These
functions keep the statement text per model and database, and use the fields' own conversions, so that rows written and
read here are the same as the ORM's. No joins, no expressions, no signals, no ``auto_now``: where a value is an
expression, the ORM is the tool.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault

M = TypeVar("M", bound=models.Model)

Field = models.Field[Any, Any]


class _Statements:
    """The statements of one model on the default database."""

    def __init__(self, model: type[models.Model]) -> None:
        meta = model._meta
        quote = connection.ops.quote_name
        self.fields: list[Field] = list(meta.concrete_fields)
        self.by_name: dict[str, Field] = {field.attname: field for field in self.fields}
        self.by_name |= {field.name: field for field in self.fields}
        self.by_name["pk"] = meta.pk
        self.table = quote(meta.db_table)
        self.column = {field.attname: quote(str(field.column)) for field in self.fields}
        self.attnames = [field.attname for field in self.fields]
        auto = meta.auto_field
        # The database fills these by itself.
        self.written = [field for field in self.fields if field is not auto and not _has_default(field)]
        columns = ", ".join(self.column[field.attname] for field in self.written)
        marks = ", ".join(["%s"] * len(self.written))
        self.insert = f"INSERT INTO {self.table} ({columns}) VALUES ({marks})"
        self.returning = f"{self.insert} RETURNING {self.column[auto.attname]}" if auto is not None else ""
        self.auto = auto
        listed = ", ".join(self.column[name] for name in self.attnames)
        self.select = f"SELECT {listed} FROM {self.table} WHERE "
        self.converters = [_converters(field) for field in self.fields]

    def prepared(self, row: models.Model) -> list[Any]:
        return [field.get_db_prep_save(getattr(row, field.attname), connection) for field in self.written]

    def where(self, names: Iterable[str]) -> str:
        return " AND ".join(f"{self.column[self.by_name[name].attname]} = %s" for name in names)

    def values(self, given: dict[str, Any]) -> list[Any]:
        plain = ((name, value.pk if isinstance(value, models.Model) else value) for name, value in given.items())
        return [self.by_name[name].get_db_prep_save(value, connection) for name, value in plain]


def _has_default(field: Field) -> bool:
    return field.has_db_default()


def _converters(field: Field) -> list[Callable[[Any], Any]]:
    column = field.get_col(str(field.model._meta.db_table))
    found = [*connection.ops.get_db_converters(column), *field.get_db_converters(connection)]
    return [_bound(convert, column) for convert in found]


def _bound(convert: Any, column: Any) -> Callable[[Any], Any]:
    return lambda value: convert(value, column, connection)


@lru_cache(maxsize=256)
def _statements(model: type[models.Model], vendor: str) -> _Statements:
    return _Statements(model)


def insert(row: M) -> M:
    """Write one new row. An automatic key is read back into it; other database defaults are not."""
    known = _statements(type(row), connection.vendor)
    with connection.cursor() as cursor:
        if known.auto is None:
            cursor.execute(known.insert, known.prepared(row))
        else:
            cursor.execute(known.returning, known.prepared(row))
            setattr(row, known.auto.attname, cursor.fetchone()[0])
    row._state.adding = False
    row._state.db = "default"
    return row


def insert_many(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model in order. Automatic keys and other database defaults are not read back."""
    if not rows:
        return
    known = _statements(type(rows[0]), connection.vendor)
    with connection.cursor() as cursor:
        cursor.executemany(known.insert, [known.prepared(row) for row in rows])
    for row in rows:
        row._state.adding = False
        row._state.db = "default"


def fetch(model: type[M], **equal: Any) -> M | None:
    """The one row whose fields equal these values, or None. Ask by a unique key (and narrow it as you like)."""
    known = _statements(model, connection.vendor)
    with connection.cursor() as cursor:
        cursor.execute(known.select + known.where(equal), known.values(equal))
        found = cursor.fetchone()
    return None if found is None else _read(model, known, found)


def fetch_many(model: type[M], name: str, values: Collection[Any], order: str = "") -> list[M]:
    """The rows whose field ``name`` is one of ``values``, by the field ``order`` where it is given."""
    if not values:
        return []
    known = _statements(model, connection.vendor)
    column = known.column[known.by_name[name].attname]
    by = f" ORDER BY {known.column[known.by_name[order].attname]}" if order else ""
    with connection.cursor() as cursor:
        cursor.execute(
            f"{known.select}{column} IN ({', '.join(['%s'] * len(values))}){by}",
            [known.by_name[name].get_db_prep_save(value, connection) for value in values],
        )
        return [_read(model, known, found) for found in cursor.fetchall()]


def _read(model: type[M], known: _Statements, found: Sequence[Any]) -> M:
    values = []
    for value, converters in zip(found, known.converters, strict=True):
        for convert in converters:
            value = convert(value)
        values.append(value)
    return model.from_db("default", known.attnames, values)


def update(model: type[models.Model], equal: dict[str, Any], values: dict[str, Any]) -> int:
    """Set plain ``values`` on the rows whose fields equal ``equal``; returns how many there were."""
    known = _statements(model, connection.vendor)
    changes = ", ".join(f"{known.column[known.by_name[name].attname]} = %s" for name in values)
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {known.table} SET {changes} WHERE {known.where(equal)}",
            [*known.values(values), *known.values(equal)],
        )
        count: int = cursor.rowcount
    return count


def is_plain(value: Any) -> bool:
    """Whether ``value`` is a value and not something the database works out."""
    return not hasattr(value, "resolve_expression") and not isinstance(value, DatabaseDefault)
