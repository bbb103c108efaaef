from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Window
from django.db.models.functions import RowNumber

# As quizzes.scheduling.queue had them when this was written.
PLACE_STEP = 2
RETRY_GAP = 9
BATCH = 2000


def space_out(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Give the open places of every session positions of their own, in the order they had."""
    items = apps.get_model("quizzes", "Item").objects.using(schema_editor.connection.alias)
    numbered = (
        items.filter(done_at=None)
        .annotate(place=Window(RowNumber(), partition_by="session", order_by=["position", "pk"]))
        .order_by("pk")
    )
    for batch in batches(list(numbered.values_list("pk", "misses", "place"))):
        moved = [
            items.model(pk=pk, position=place * PLACE_STEP - misses * RETRY_GAP)
            for pk, misses, place in batch
        ]
        items.bulk_update(moved, ["position"], batch_size=500)


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    rows = iter(rows)
    while batch := list(islice(rows, BATCH)):
        yield batch


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0009_sets_of_accounts_gone")]

    operations = [
        migrations.AddField(
            model_name="item",
            name="turn",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="item",
            name="misses",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(space_out, migrations.RunPython.noop),
    ]
