"""Races a missed answer against everything that changes the day it belongs to, on a fresh database; prints the faults.

Run in a process of its own, with DATABASE_URL and DATA_DIR given.
"""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.core.management import call_command  # noqa: E402 -- Django must be set up before its models are imported
from django.db import connections  # noqa: E402
from django.db.models import Q  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from quizzes.review import presenters, queries  # noqa: E402
from quizzes.review.actions import sessions  # noqa: E402
from quizzes.review.actions.answers import record_answer  # noqa: E402
from quizzes.review.actions.plan_preferences import take_plan  # noqa: E402
from quizzes.review.actions.sessions import open_session, place  # noqa: E402
from quizzes.review.actions.settings import settings_of  # noqa: E402
from quizzes.review.actions.undoing import undo  # noqa: E402
from quizzes.review.models import Item, Review, StudySettings  # noqa: E402
from quizzes.scheduling.queue import MOST_MISSES  # noqa: E402

ROUNDS = 12


def main() -> None:
    call_command("migrate", verbosity=0)
    call_command("load_bank", verbosity=0, stdout=StringIO())
    faults = [fault for name, change in CHANGES.items() for fault in races(name, change)]
    answers = Review.objects.filter(undone_at=None).count()
    sys.stdout.write(json.dumps({"faults": faults, "answers": answers}))


def races(name: str, change: Callable[[User], object]) -> list[str]:
    """The faults of ROUNDS answers, each given while the change is made."""
    now = timezone.now()
    user = User.objects.create_user(f"{name.replace(' ', '-')}@example.org", None)
    study = settings_of(user=user, now=now)
    study.interview_on, study.minutes_a_day = now.date() + timedelta(days=12), 240
    study.save()
    open_session(user=user, now=now)
    faults: list[str] = []
    for _ in range(ROUNDS):
        item = queries.next_item(fresh(user), timezone.now())
        if item is None:
            return [*faults, f"{name}: nothing is left to ask"]
        version, shown = presenters.first_showing(item, now=timezone.now())
        answer = {"skip": ["1"]} if version.spec["kind"] != "recall" else {"stage": ["write"], "skip": ["1"]}

        def give(token: str = shown.token, answer: dict[str, list[str]] = answer) -> object:
            return record_answer(user=fresh(user), token=token, fields=answer, now=timezone.now())

        faults += [f"{name}: {fault}" for fault in at_once(give, lambda: change(fresh(user)))]
        given = Review.objects.filter(card=item.card, undone_at=None).exists()
        # After the third miss it waits for another day.
        kept = Q(done_at=None) | Q(misses__gte=MOST_MISSES)
        waits = Item.objects.filter(kept, card=item.card, misses__gt=0).exists()
        if given and not waits:
            faults.append(f"{name}: a missed question has no place to come back to")
    return faults


def at_once(*calls: Callable[[], object]) -> list[str]:
    """What went wrong when all were called at the same moment."""
    together = threading.Barrier(len(calls))
    faults: list[str] = []

    def run(call: Callable[[], object]) -> None:
        try:
            together.wait(timeout=60)
            call()
        except Exception as fault:  # noqa: BLE001 -- whatever it is, it is counted
            faults.append(repr(fault))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return faults


def fresh(user: User) -> User:
    return User.objects.select_related("study").get(pk=user.pk)


def take_another_plan(user: User) -> None:
    study = StudySettings.objects.get(user=user)
    study.minutes_a_day = 230 if study.minutes_a_day == 240 else 240
    take_plan(user=user, study=study, left_out=[], known=[], now=timezone.now())


def take_the_last_back(user: User) -> None:
    if last := queries.last_review(user):
        undo(user=user, review_public_id=last.public_id, now=timezone.now())


def study_more(user: User) -> None:
    now = timezone.now()
    sessions.study_more(user=user, now=now, planned=queries.progress(user, now).planned)


CHANGES: dict[str, Callable[[User], object]] = {
    "placement": lambda user: place(user=user, now=timezone.now()),
    "another plan": take_another_plan,
    "ten minutes more": study_more,
    "taking back": take_the_last_back,
}

if __name__ == "__main__":
    main()
