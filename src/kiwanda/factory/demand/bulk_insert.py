"""Many rows into one table, as fast as the database takes them: COPY on PostgreSQL, one prepared INSERT on SQLite.

Django's `bulk_create` spends most of its time on model instances and on a fresh SQL text for every 80 rows; for a
quarter of a million order lines that is four fifths of the import. Constraints hold all the same: they are the
database's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import connection, models

from kiwanda.core.ids import new_id

CHUNK = 2000


def fresh_ids() -> Iterator[UUID]:
    """UUIDv7s without end, a quarter of the cost of `new_id`: one is drawn per `CHUNK`, the others count up from it.

    Still version 7 and in order of time; the bit cleared below leaves the counting room before it would reach the
    variant. Two runs meet only where 61 random bits of the same millisecond lie within `CHUNK` of each other.
    """
    while True:
        first = new_id().int & ~(1 << 61)
        for step in range(CHUNK):
            yield UUID(int=first + step)


def insert_rows(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> int:
    """Insert ``rows`` (values in the order of ``columns``, attribute names such as ``order_id``); returns how many.

    Columns left out get their database default or NULL, so every field without one must be named. Call it inside a
    transaction.
    """
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in columns]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    names = ", ".join(quote(str(field.column)) for field in chosen)
    converters = [(place, convert) for place, field in enumerate(chosen) if (convert := _converter(field)) is not None]
    total = 0
    source = iter(rows)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django wraps the errors of execute(), not of copy(): callers shall see its IntegrityError all the same.
            with connection.wrap_database_errors, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in source:
                    copy.write_row(row)
                    total += 1
            return total
        marks = ", ".join(["%s"] * len(chosen))
        statement = f"INSERT INTO {table} ({names}) VALUES ({marks})"
        while chunk := [list(row) for row in islice(source, CHUNK)]:
            for values in chunk:
                for place, convert in converters:
                    value = values[place]
                    if value is not None:
                        values[place] = convert(value)
            cursor.executemany(statement, chunk)
            total += len(chunk)
    return total


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any] | None:
    """How SQLite stores this kind of value; None where it takes it as it is."""
    target: models.Field[Any, Any] = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    if isinstance(target, models.UUIDField):
        return lambda value: value.hex
    if isinstance(target, models.DateTimeField):
        return lambda value: connection.ops.adapt_datetimefield_value(value)
    if isinstance(target, models.DateField):
        return lambda value: value.isoformat()
    return None
