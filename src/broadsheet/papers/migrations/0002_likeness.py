"""Records are looked up by title and authors; what a person decided of two papers is kept;
withdrawn papers leave the index.

The digests of records that are held already are made from what was received: about three
minutes for a million records.
"""

from typing import Any

import django.db.models.deletion
from django.db import migrations, models

from broadsheet.kernel import clock
from broadsheet.papers import bulk, rules
from broadsheet.papers.refresh import read_again

_AT_ONCE = 2_000


def look_up(apps: Any, schema_editor: Any) -> None:
    """Give every record its title and digests."""
    table = apps.get_model("papers", "Record")
    last = 0
    while some := list(table.objects.filter(pk__gt=last).order_by("pk")[:_AT_ONCE]):
        bulk.update(table, ("title", "title_hash", "authors_hash"), map(_looked_up, some))
        last = some[-1].pk


def _looked_up(row: Any) -> tuple[object, ...]:
    said = read_again(row)
    return said.title, *rules.marks(said), row.pk


def remember(apps: Any, schema_editor: Any) -> None:
    """Papers that a person parted are two, whatever speaks for one."""
    near_miss = apps.get_model("papers", "NearMiss")
    for merge in apps.get_model("papers", "Merge").objects.exclude(undone_at=None):
        parted = set(merge.records.values_list("paper_id", flat=True))
        kept = merge.paper.merged_into_id or merge.paper_id
        for new in parted - {kept}:
            one, other = sorted((kept, new))
            near_miss.objects.get_or_create(
                one_id=one,
                other_id=other,
                defaults={
                    "evidence": merge.evidence,
                    "found_at": merge.at,
                    "refused_at": merge.undone_at,
                },
            )


def leave_lists(apps: Any, schema_editor: Any) -> None:
    """Papers that were withdrawn leave the search index: each appends a Change."""
    now = clock.now()
    change = apps.get_model("papers", "Change")
    papers = apps.get_model("papers", "Paper").objects.filter(withdrawn=True).order_by("pk")
    change.objects.bulk_create(
        (change(paper_id=pk, what="paper", at=now) for pk in papers.values_list("pk", flat=True)),
        batch_size=_AT_ONCE,
    )


class Migration(migrations.Migration):
    dependencies = [("papers", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="NearMiss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("evidence", models.TextField()),
                ("found_at", models.DateTimeField()),
                ("refused_at", models.DateTimeField(null=True)),
                (
                    "one",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="papers.paper",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="nearmiss",
            constraint=models.UniqueConstraint(
                models.F("one"), models.F("other"), name="near_miss_once"
            ),
        ),
        migrations.RemoveField(model_name="paper", name="title_hash"),
        migrations.AddField(
            "record", "title", models.TextField(default=""), preserve_default=False
        ),
        migrations.AddField(
            "record", "title_hash", models.BigIntegerField(default=0), preserve_default=False
        ),
        migrations.AddField("record", "authors_hash", models.BigIntegerField(null=True)),
        migrations.RunPython(look_up, migrations.RunPython.noop),
        migrations.RunPython(remember, migrations.RunPython.noop),
        migrations.RunPython(leave_lists, migrations.RunPython.noop),
        migrations.AddIndex(
            "paper",
            models.Index(
                models.F("merged_into"),
                name="paper_withdrawn",
                condition=models.Q(("withdrawn", True)),
            ),
        ),
        migrations.AddIndex(
            "record",
            models.Index(models.F("title_hash"), models.F("paper"), name="record_title"),
        ),
        migrations.AddIndex(
            "record",
            models.Index(
                models.F("authors_hash"),
                models.F("origin"),
                models.F("paper"),
                name="record_authors",
            ),
        ),
    ]
