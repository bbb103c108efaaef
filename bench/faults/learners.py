"""Learners whose evening e-mail is due, written down fast.

    python -m bench.faults.learners COUNT [--owed] [--answers ANSWERS]

Each has a session today with three questions left. With --owed the e-mails are written down as owed as well; with
--answers the first one has so many questions left as take that many answers of someone who knows none of them.
"""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import datetime, timedelta
from pathlib import Path

from django.utils import timezone

from accounts.models import User
from bench.learners import session_key
from mail.models import OutboundEmail
from quizzes.bank.actions import load_pack
from quizzes.bank.models import Question
from quizzes.notifications.actions.enqueueing import PATIENCE
from quizzes.notifications.models import EmailKind, NotificationPreferences
from quizzes.review.models import Card, Item, Session, StudySettings
from quizzes.scheduling.queue import MOST_MISSES

HEAD = """---
pack: {slug}
title: Faults
number: 1
summary: Questions to be left over.
---
"""
QUESTION = """
## Is {number} even? {{#{slug}-{number} level=1 covers={slug}.{number}}}

- [x] Yes
- [ ] No
  > It is.

### Explanation

Two divides it.
"""
LEFT = 3
AT_ONCE = 5000


def questions(now: datetime, *, slug: str = "faults", count: int = LEFT) -> list[Question]:
    """Returns the `count` questions of a pack of that name, to be left over."""
    numbers = range(2, 2 + 2 * count, 2)
    text = HEAD.format(slug=slug) + "".join(QUESTION.format(slug=slug, number=number) for number in numbers)
    load_pack(text=text, path=Path(f"{slug}.md"), now=now)
    return list(Question.objects.filter(pack__slug=slug))


def learners(count: int, *, now: datetime, owed: bool, start: int = 0) -> None:
    """Write down `count` learners; e-mails were due at the beginning of the hour."""
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
        NotificationPreferences.objects.bulk_create(
            [
                NotificationPreferences(user=user, hour=due.hour, next_due_at=None if owed else due)
                for user in users
            ]
        )
        if owed:
            OutboundEmail.objects.bulk_create(
                [
                    OutboundEmail(
                        user=user,
                        kind=EmailKind.EVENING,
                        key=due.date().isoformat(),
                        due_at=due,
                        not_before=due,
                        expires_at=now + PATIENCE,
                    )
                    for user in users
                ]
            )


def ask_more(user: User, *, answers: int, now: datetime) -> None:
    """Plans as many questions as take `answers` answers of someone who knows none: each is asked MOST_MISSES times."""
    session = Session.objects.get(user=user)
    others = questions(now, slug="more", count=-(-answers // MOST_MISSES))
    cards = Card.objects.bulk_create([Card(user=user, question=question) for question in others])
    Item.objects.bulk_create(
        [
            Item(session=session, card=card, position=100 + 2 * place, is_new=True)
            for place, card in enumerate(cards)
        ]
    )


def main() -> None:
    """Writes them down; with --answers, prints the key of a browser session of the first one."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--owed", action="store_true")
    parser.add_argument("--answers", type=int, default=0)
    given = parser.parse_args()
    start = User.objects.count()
    learners(given.count, now=timezone.now(), owed=given.owed, start=start)
    if given.answers:
        user = User.objects.get(email=f"learner{start}@example.org")
        ask_more(user, answers=given.answers, now=timezone.now())
        print(session_key(user))


if __name__ == "__main__":
    main()
