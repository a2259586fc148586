"""A version names the record that told of it, and no longer repeats its text.

The texts were a third of a catalogue, and stand in what was received. The table is made anew:
columns that are dropped leave their room behind on SQLite. About a minute for a million versions.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def _named(to: str, related_name: str) -> models.ForeignKey[Any, Any]:
    return models.ForeignKey(
        to, django.db.models.deletion.PROTECT, related_name=related_name, db_index=False
    )


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_likeness")]

    operations = [
        migrations.CreateModel(
            "Told",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("paper", _named("papers.paper", "versions")),
                ("record", _named("papers.record", "+")),
            ],
        ),
        migrations.RunSQL(
            "INSERT INTO papers_told (number, paper_id, record_id)"
            " SELECT number, paper_id, record_id FROM papers_version ORDER BY id"
        ),
        migrations.DeleteModel("Version"),
        migrations.RenameModel("Told", "Version"),
        migrations.AddConstraint(
            "version", models.UniqueConstraint("paper", "number", name="version_once")
        ),
    ]
