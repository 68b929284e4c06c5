"""The database as migrations left it, also after a test that committed.

Django empties every table, and writes each row of the migrations anew by its model. Here
tables without rows are left alone, and the database copies rows by itself.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper


class Kept:
    """What stands in all tables when this is made, to be put back whenever asked."""

    def __init__(self) -> None:
        tables = connection.introspection.django_table_names(
            only_existing=True, include_views=False
        )
        self.tables = [connection.ops.quote_name(table) for table in tables]
        # By name: a table that was made anew has its columns in another order.
        self.columns = {}
        with _place_of_copies(is_new=True) as cursor:
            for table in _with_rows(cursor, self.tables):
                cursor.execute(f"CREATE TABLE kept.{table} AS SELECT * FROM {table}")
                cursor.execute(f"SELECT * FROM {table} LIMIT 0")
                self.columns[table] = ", ".join(
                    connection.ops.quote_name(name) for name, *_ in cursor.description
                )

    def put_back(self) -> None:
        # References are looked at when all is done.
        with _place_of_copies() as cursor, transaction.atomic():
            for table in _with_rows(cursor, self.tables):
                cursor.execute(f"DELETE FROM {table}")
            for table, columns in self.columns.items():
                cursor.execute(
                    f"INSERT INTO {table} ({columns}) SELECT {columns} FROM kept.{table}"
                )


def _with_rows(cursor: CursorWrapper, tables: Iterable[str]) -> list[str]:
    each = (f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM {one})" for one in tables)
    cursor.execute(" UNION ALL ".join(each))
    return [table for (table,) in cursor.fetchall()]


@contextmanager
def _place_of_copies(*, is_new: bool = False) -> Iterator[CursorWrapper]:
    """`kept`: a schema, or with SQLite a file beside the database."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            if is_new:
                cursor.execute("CREATE SCHEMA kept")
            yield cursor
            return
        path = Path(f"{connection.settings_dict['NAME']}-kept")
        if is_new:
            path.unlink(missing_ok=True)
        cursor.execute("ATTACH DATABASE %s AS kept", [str(path)])
        try:
            yield cursor
        finally:
            cursor.execute("DETACH DATABASE kept")
