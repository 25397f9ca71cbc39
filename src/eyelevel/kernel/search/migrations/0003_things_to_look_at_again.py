"""Things at which the indexer is to look once more."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0002_words")]

    operations = [
        migrations.CreateModel(
            name="Again",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("thing", models.BigIntegerField()),
            ],
            options={"abstract": False},
        )
    ]
