"""The table of words, in the database file that this migration runs on."""

from django.db import migrations

from eyelevel.kernel.databases import EVERY
from eyelevel.kernel.search import words


def create(_apps, schema_editor):
    words.create(schema_editor.connection.alias)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_documents")]

    operations = [migrations.RunPython(create, migrations.RunPython.noop, elidable=False, hints={"file": EVERY})]
