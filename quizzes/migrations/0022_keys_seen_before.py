from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import migrations, models
from django.db.models import Min


def keys_shown_in_practice(apps: Any, _schema: Any) -> None:
    """Practice showed the key of each question that was answered in it; kept where it came before the first review."""
    attempts = apps.get_model("quizzes", "Attempt").objects
    cards = apps.get_model("quizzes", "Card").objects
    firsts = (
        apps.get_model("quizzes", "Review").objects.order_by().values("card").annotate(at=Min("answered_at"))
    )
    shown = attempts.order_by().values("user", "exercise__question").annotate(at=Min("answered_at"))
    by_learner: dict[Any, dict[Any, Any]] = {}
    for user, question, at in shown.values_list("user", "exercise__question", "at"):
        by_learner.setdefault(user, {})[question] = at
    for user, moments in by_learner.items():
        answered = dict(firsts.filter(card__user=user).values_list("card", "at"))
        own = {card.question_id: card for card in cards.filter(user=user, question__in=list(moments))}
        missing, changed = [], []
        for question, at in moments.items():
            card = own.get(question)
            if card is None:
                missing.append(cards.model(user_id=user, question_id=question, key_seen_at=at))
            elif card.pk not in answered or at < answered[card.pk]:
                card.key_seen_at = at
                changed.append(card)
        cards.bulk_create(missing, batch_size=500)
        cards.bulk_update(changed, ["key_seen_at"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("quizzes", "0021_probes"),
    ]

    operations = [
        migrations.AddField(
            model_name="card",
            name="key_seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="outdated",
            field=models.BooleanField(default=False),
        ),
        migrations.AddIndex(
            model_name="target",
            index=models.Index(fields=["user", "question", "opens_at"], name="target_of_question"),
        ),
        migrations.RunPython(keys_shown_in_practice, migrations.RunPython.noop),
    ]
