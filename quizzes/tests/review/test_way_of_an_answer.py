"""How often one answer's way changes the room: what belongs together is asked together."""

from __future__ import annotations

import sys
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from types import FrameType

import pytest

from quizzes.bank.models import Version
from quizzes.review.actions.answers import Recorded, record_answer
from quizzes.review.models import Card, Review
from quizzes.tests.review.packs import fields_for
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

QUIZZES = Path(__file__).resolve().parents[2]
MOST_CROSSINGS = 12


def room_of(frame: FrameType) -> str | None:
    """The room whose code runs in the frame; None for what is no code of ours."""
    path = Path(frame.f_code.co_filename)
    return path.relative_to(QUIZZES).parts[0] if path.is_relative_to(QUIZZES) else None


@pytest.mark.parametrize("right", [True, False])
def test_one_answer_crosses_between_rooms_twelve_times_at_most(
    bank: None, study: Study, *, right: bool
) -> None:
    study.open()
    item = study.next()
    assert item is not None
    today = study.now.date()
    # So strong that the kernel has several days to choose from and asks for their load.
    Card.objects.filter(pk=item.card_id).update(
        stability=20.0, difficulty=5.0, last_day=today - timedelta(days=20), due=today, interval=20, reps=1
    )
    shown = study.show()
    rooms: list[str] = []

    def follow(frame: FrameType, event: str, _: object) -> None:
        room = room_of(frame) if event == "call" else None
        if room is not None:
            rooms.append(room)

    version = Version.objects.get(question__public_id=shown.question, number=shown.version)
    fields = fields_for(version, shown.seed, right=right) | {"confidence": ["sure"]}
    sys.setprofile(follow)
    try:
        outcome = record_answer(user=study.user, token=shown.token, fields=fields, now=study.now)
    finally:
        sys.setprofile(None)
    assert isinstance(outcome, Recorded)
    assert Review.objects.get().passed == right
    assert {"review", "bank", "scheduling"} == set(rooms)
    assert sum(before != after for before, after in pairwise(rooms)) <= MOST_CROSSINGS
