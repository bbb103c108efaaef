"""Learners whose evening letter is due, written down fast.

    python -m bench.faults.learners COUNT [--owed] [--session]

Each has a session today with three questions left. With --owed the letters are written down as owed as well.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from bench.learners import session_key
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question
from quizzes.reminders.actions.owing import PATIENCE
from quizzes.reminders.models import Kind, Letter, Reminder
from quizzes.review.models import Card, Item, Session, StudySettings

PACK = """---
pack: faults
title: Faults
number: 1
summary: Questions to be left over.
---

""" + "\n".join(
    f"## Is {number} even? {{#F-{number} level=1 covers=even.{number}}}\n\n- [x] Yes\n- [ ] No\n  > It is.\n\n"
    "### Explanation\n\nTwo divides it.\n"
    for number in (2, 4, 6)
)
AT_ONCE = 5000


def questions(now: datetime) -> list[Question]:
    """A few questions to be left over."""
    load_pack(text=PACK, path=Path("faults.md"), now=now)
    return list(Question.objects.filter(pack__slug="faults"))


def learners(count: int, *, now: datetime, owed: bool, start: int = 0) -> None:
    """Write down `count` learners; letters were due at the beginning of the hour."""
    due = now.replace(minute=0, second=0, microsecond=0)
    asked = questions(now)
    for first in range(start, start + count, AT_ONCE):
        names = range(first, min(first + AT_ONCE, start + count))
        users = User.objects.bulk_create(
            [User(email=f"learner{n}@example.org", password="!", joined_at=now) for n in names]
        )
        StudySettings.objects.bulk_create(
            [StudySettings(user=user, next_day_at=now + timedelta(days=1)) for user in users]
        )
        sessions = Session.objects.bulk_create(
            [
                Session(
                    user=user, study_day=(now - timedelta(hours=user.rollover_hour)).date(), opened_at=now
                )
                for user in users
            ]
        )
        cards = Card.objects.bulk_create(
            [Card(user=user, question=question) for user in users for question in asked]
        )
        Item.objects.bulk_create(
            [
                Item(session=sessions[place // len(asked)], card=card, position=place, is_new=True)
                for place, card in enumerate(cards)
            ]
        )
        Reminder.objects.bulk_create(
            [Reminder(user=user, hour=due.hour, next_due_at=None if owed else due) for user in users]
        )
        if owed:
            Letter.objects.bulk_create(
                [
                    Letter(
                        user=user,
                        kind=Kind.EVENING,
                        local_date=due.date(),
                        due_at=due,
                        not_before=due,
                        expires_at=now + PATIENCE,
                    )
                    for user in users
                ]
            )


def main() -> None:
    """Write them down; with --session, print the key of a browser session of the first one."""
    start = User.objects.count()
    learners(int(sys.argv[1]), now=timezone.now(), owed="--owed" in sys.argv, start=start)
    if "--session" in sys.argv:
        print(session_key(User.objects.get(email=f"learner{start}@example.org")))


if __name__ == "__main__":
    main()
