"""Triggers that refuse to change audit rows, so that no query outside the models does it either.

On PostgreSQL deleting is refused too. On SQLite it is not, because emptying a test database deletes row by row; a
removed event shows when the chain is checked. A later migration that rebuilds one of these tables on SQLite loses its
triggers and has to call `protect` again.
"""

from django.db import migrations

TABLES = ("access_auditevent", "access_auditseal")
REFUSE = """
CREATE OR REPLACE FUNCTION access_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit rows are append-only'; END $$
"""


def protect(apps, schema_editor):
    postgres = schema_editor.connection.vendor == "postgresql"
    if postgres:
        schema_editor.execute(REFUSE)
    for table in TABLES:
        if postgres:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}"
                " FOR EACH ROW EXECUTE FUNCTION access_refuse()"
            )
        else:
            schema_editor.execute(
                f"CREATE TRIGGER {table}_append_only BEFORE UPDATE ON {table}"
                " BEGIN SELECT RAISE(ABORT, 'audit rows are append-only'); END"
            )


def unprotect(apps, schema_editor):
    for table in TABLES:
        on = f" ON {table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_append_only{on}")


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]
    operations = [migrations.RunPython(protect, unprotect)]
