"""Misses of one study day lower memory once, and answers keep the zone and the model they were reckoned by.

Cards with a miss are replayed from their log under that rule, so that replaying goes on to give
exactly what is stored. No rating and no due day changes; the memory after each answer is worked out again in its row.
"""

from itertools import groupby
from typing import Any

from django.db import migrations, models
from django.db.models import Exists, OuterRef

# What is stored has to be what the code that replays it computes, whatever that is by then.
from quizzes.scheduling.ratings import Rating
from quizzes.scheduling.review_rules import Replayed, steps

AT_A_TIME = 500


def replay_cards(apps: Any, _editor: Any) -> None:
    cards, reviews = apps.get_model("quizzes", "Card"), apps.get_model("quizzes", "Review")
    standing = reviews.objects.filter(undone_at=None)
    missed = standing.filter(card=OuterRef("pk"), rating=Rating.AGAIN)
    last = 0
    while pks := list(
        cards.objects.filter(Exists(missed), pk__gt=last)
        .order_by("pk")
        .values_list("pk", flat=True)[:AT_A_TIME]
    ):
        last = pks[-1]
        stored = cards.objects.in_bulk(pks)
        answers = standing.filter(card__in=pks).order_by("card_id", "seq")
        narrow = answers.only(
            "card_id", "rating", "study_day", "due_after", "stability_after", "difficulty_after"
        )
        changed_cards, changed_answers = [], []
        for pk, log in groupby(narrow, key=lambda answer: answer.card_id):
            rows = list(log)
            replayed = (Replayed(Rating(row.rating), row.study_day, row.due_after) for row in rows)
            for row, state in zip(rows, steps(replayed), strict=True):
                memory = state.memory
                if (row.stability_after, row.difficulty_after) != (memory.stability, memory.difficulty):
                    row.stability_after, row.difficulty_after = memory.stability, memory.difficulty
                    changed_answers.append(row)
            card, row = stored[pk], (memory.stability, memory.difficulty, state.raised, state.lowered)
            if (card.stability, card.difficulty, card.raised, card.lowered) != row:
                card.stability, card.difficulty, card.raised, card.lowered = row
                changed_cards.append(card)
        fields = ["stability", "difficulty", "raised", "lowered"]
        cards.objects.bulk_update(changed_cards, fields, batch_size=AT_A_TIME)
        fields = ["stability_after", "difficulty_after"]
        reviews.objects.bulk_update(changed_answers, fields, batch_size=AT_A_TIME)


class Migration(migrations.Migration):
    dependencies = [("quizzes", "0018_minutes_are_the_budget")]

    operations = [
        migrations.AddField(
            model_name="card",
            name="lowered",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="review",
            name="time_zone",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="review",
            name="rollover_hour",
            field=models.PositiveSmallIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="review",
            name="memory_model",
            field=models.CharField(blank=True, default="", max_length=40),
        ),
        migrations.RunPython(replay_cards, migrations.RunPython.noop),
    ]
