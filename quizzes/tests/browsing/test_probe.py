"""A probe: drawn fairly, answered outside the schedule, judged by its answers only."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing import actions, probing, queries
from quizzes.browsing.models import Attempt, Exercise, Practice
from quizzes.review.models import Card, Item, Review, Session
from quizzes.review.queries import questions_of
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.statistics.intervals import wilson
from quizzes.templatetags.numbers import percent
from quizzes.tests.browsing.practising import form_of, try_next
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.pages import HTMX, html
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db


@pytest.fixture
def study(db: None) -> Study:
    load_choices(topics=2, each=10)
    study = Study(User.objects.create_user("ann@example.org"))
    meet(study)
    return study


def meet(study: Study) -> None:
    """All questions answered three days ago, due in a week."""
    today = study.now.date()
    met, due = today - timedelta(days=3), today + timedelta(days=7)
    for question in questions_of(study.user, study.now):
        card = Card.objects.create(
            user=study.user, question=question, seq=1, reps=1, stability=8.0, difficulty=5.0, interval=10,
            last_day=met, due=due,
        )  # fmt: skip
        session, _ = Session.objects.get_or_create(
            user=study.user, study_day=met, defaults={"opened_at": study.now}
        )
        assert question.current is not None
        Review.objects.create(
            user=study.user, card=card, seq=0, session=session, version=question.current, presented={}, response={},
            summary="", parts=[], score=1.0, passed=True, confidence="sure", study_day=met,
            answered_at=study.now - timedelta(days=3), rating=3, first_of_day=True, retention_target=0.9,
            due_after=due, stability_after=8.0, difficulty_after=5.0,
        )  # fmt: skip


def probe_of(study: Study) -> Practice:
    probe = actions.open_probe(user=study.user, now=study.now)
    assert probe is not None
    return probe


def result(study: Study, probe: Practice) -> probing.Probe:
    found = probing.probe_in(probe)
    assert found is not None
    return found


def test_it_is_one_a_day_and_the_same_for_whoever_asks_again(study: Study) -> None:
    first = probe_of(study)
    assert probe_of(study.later(hours=1)) == first
    assert first.exercises.count() == probing.QUESTIONS
    assert first.drawn_from == 20
    assert probe_of(study.later(days=1)) != first


def test_another_time_zone_draws_no_second_probe(study: Study) -> None:
    first = probe_of(study)
    # In the one it is ten in the evening of the day before, in the other eleven in the evening.
    for zone in ("Pacific/Pago_Pago", "Pacific/Kiritimati"):
        study.user.time_zone = zone
        study.user.save()
        assert probe_of(study) == first
    # Six hours later a day has begun in the east, and none in the west.
    study.later(hours=6)
    eastern = probe_of(study)
    assert eastern != first
    study.user.time_zone = "Pacific/Pago_Pago"
    study.user.save()
    assert probe_of(study.later(minutes=1)) == eastern
    assert probing.offer(study.user, study.now).left == probing.QUESTIONS
    assert set(Practice.objects.all()) == {first, eastern}


def test_every_question_that_could_be_drawn_is_drawn_as_often_as_the_others(study: Study) -> None:
    drawn: Counter[int] = Counter()
    for _ in range(100):
        study.later(days=1)
        today = study.now.date()
        Card.objects.update(last_day=today - timedelta(days=3), due=today + timedelta(days=7))
        drawn.update(probe_of(study).exercises.values_list("question", flat=True))
    assert len(drawn) == 20
    # 100 probes of 8 of 20: 40 each, with a standard deviation of 4.9.
    assert all(20 <= many <= 60 for many in drawn.values())


def test_what_is_due_planned_new_suspended_retired_or_answered_today_is_not_drawn(study: Study) -> None:
    today = study.now.date()
    cards = list(Card.objects.order_by("pk"))
    due, fresh, suspended, retired = cards[:4]
    Card.objects.filter(pk=due.pk).update(due=today)
    Card.objects.filter(pk=fresh.pk).update(last_day=today)
    Card.objects.filter(pk=suspended.pk).update(suspended_at=study.now)
    Question.objects.filter(pk=retired.question_id).update(retired_at=study.now)
    study.open()
    planned = cards[4]
    Session.objects.get(user=study.user, study_day=today).items.create(card=planned, position=99)
    Review.objects.filter(card=cards[5]).delete()
    Card.objects.filter(pk=cards[5].pk).update(
        reps=0, due=None, last_day=None, stability=None, difficulty=None
    )
    could = {one.question for one in probing.drawable(study.user, study.now)}
    assert could == {card.question_id for card in cards[6:]}
    found = probing.offer(study.user, study.now)
    # Answered today or in today's session: `fresh`, what the session holds by itself and `planned`.
    of_today = {fresh.pk, *Item.objects.filter(session__study_day=today).values_list("card", flat=True)}
    met = {card.pk for card in cards} - {suspended.pk, retired.pk, cards[5].pk}
    of_today &= met
    assert (found.met, found.today, found.could) == (len(met), len(of_today), len(could))
    assert found.due == len({due.pk} - of_today) == found.met - found.today - found.could


def test_too_few_questions_make_no_probe(study: Study) -> None:
    Card.objects.filter(pk__in=Card.objects.order_by("pk")[:13].values("pk")).update(suspended_at=study.now)
    assert len(probing.drawable(study.user, study.now)) == 7
    assert actions.open_probe(user=study.user, now=study.now) is None
    client = browser(study)
    with time_machine.travel(study.now, tick=False):
        page = html(client.post(reverse("quizzes:probe"), follow=True))
    assert "A probe needs 8 questions" in page
    Card.objects.filter(pk__in=Card.objects.order_by("-pk")[:3].values("pk")).update(
        last_day=study.now.date()
    )
    Card.objects.filter(pk__in=Card.objects.order_by("-pk")[3:5].values("pk")).update(due=study.now.date())
    with time_machine.travel(study.now, tick=False):
        told = " ".join(html(client.get(reverse("quizzes:progress"))).split())
    assert (
        "Not enough such questions yet: 2 of 8. Of the 7 you have met, 3 were answered today or are in today’s session,"
        " and 2 more are due: these do not count."
    ) in told
    assert not Practice.objects.exists()


def test_what_is_predicted_is_the_recall_of_that_day_and_nothing_for_what_was_missed_or_guessed(
    study: Study,
) -> None:
    missed = Review.objects.order_by("pk")[0]
    guessed = Review.objects.order_by("pk")[1]
    Review.objects.filter(pk=missed.pk).update(passed=False)
    Review.objects.filter(pk=guessed.pk).update(confidence="guess")
    found = {one.question: one.expected for one in probing.drawable(study.user, study.now)}
    today = study.now.date()
    for card in Card.objects.all():
        told = retrievability(Memory(8.0, 5.0, today - timedelta(days=3)), day=today)
        lost = card.pk in (missed.card_id, guessed.card_id)
        assert found[card.question_id] == pytest.approx(0.0 if lost else told)


def test_it_changes_no_schedule_and_is_judged_by_its_answers(study: Study) -> None:
    before = list(Card.objects.order_by("pk").values())
    probe = probe_of(study)
    expected = [one.expected for one in probe.exercises.all() if one.expected is not None]
    for place in range(probing.QUESTIONS):
        assert probing.probe_in(probe) is None
        try_next(study, probe, right=place >= 2)
    found = result(study, probe)
    assert (found.known, found.questions, found.drawn_from) == (6, 8, 20)
    assert found.interval == wilson(6, 8, level=0.8)
    assert found.expected == pytest.approx(sum(expected))
    assert list(Card.objects.order_by("pk").values()) == before
    assert Review.objects.count() == 20
    assert not study.user.sessions.filter(study_day=study.now.date()).exists()


def test_a_guess_is_not_known(study: Study) -> None:
    probe = probe_of(study)
    for _ in range(probing.QUESTIONS):
        try_next(study, probe)
    Attempt.objects.filter(pk__in=Attempt.objects.order_by("pk")[:3].values("pk")).update(confidence="guess")
    assert result(study, probe).known == 5


def test_it_counts_only_when_all_of_it_is_answered_in_time(study: Study) -> None:
    probe = probe_of(study)
    for _ in range(probing.QUESTIONS - 1):
        try_next(study, probe)
    study.later(hours=3)
    assert probing.offer(study.user, study.now) == probing.Offer(
        left=1, late=False, met=20, today=0, could=20
    )
    study.later(hours=2)
    assert probing.offer(study.user, study.now) == probing.Offer(left=1, late=True, met=20, today=0, could=20)
    client = browser(study)
    with time_machine.travel(study.now, tick=False):
        said = html(client.get(reverse("quizzes:practice_summary", args=[probe.public_id])))
        progress = html(client.get(reverse("quizzes:progress")))
    assert "This probe does not count" in said
    assert "Today’s probe was not answered within four hours" in progress
    try_next(study, probe)
    assert queries.next_exercise(probe) is None
    assert probing.probe_in(probe) is None
    assert probing.probes_of(study.user).questions == 0


def test_the_record_says_whether_what_was_predicted_came(study: Study) -> None:
    for day in range(4):
        probe = probe_of(study.later(days=1))
        for place in range(probing.QUESTIONS):
            try_next(study, probe, right=day == 3 and place < 4)
    record = probing.probes_of(study.user)
    assert [probe.known for probe in record.probes] == [4, 0, 0, 0]
    assert (record.known, record.questions, record.verdict) == (4, 32, "high")
    told = [one.expected for one in Exercise.objects.all() if one.expected is not None]
    assert record.expected == pytest.approx(sum(told))
    assert record.by_chance.low <= record.expected <= record.by_chance.high


def test_another_learners_probe_is_neither_seen_nor_drawn_from(study: Study) -> None:
    probe = probe_of(study)
    other = User.objects.create_user("bob@example.org")
    assert probing.drawable(other, study.now) == []
    assert probing.probes_of(other).probes == []
    with pytest.raises(Practice.DoesNotExist):
        queries.practice_of(other, probe.public_id)


def browser(study: Study) -> Client:
    client = Client()
    client.force_login(study.user)
    return client


@pytest.mark.parametrize("htmx", [True, False])
def test_the_pages_ask_all_of_it_and_tell_at_the_end(study: Study, htmx: bool) -> None:
    client = browser(study)
    headers = HTMX if htmx else {}
    with time_machine.travel(study.now, tick=False):
        probe_address = client.post(reverse("quizzes:probe")).headers["Location"]
        probe = Practice.objects.get()
        for place in range(probing.QUESTIONS):
            page = html(client.get(probe_address))
            assert f"Probe: {place} of 8" in page
            exercise = queries.next_exercise(probe)
            assert exercise is not None
            token, fields = form_of(exercise, right=place != 0)
            answer = client.post(reverse("quizzes:attempt"), {"token": token, **fields}, headers=headers)
            assert 'id="feedback"' not in answer.content.decode()
            if htmx and place < 7:
                assert f"Probe: {place + 1} of 8" in html(answer)
                assert "data-recorded" in html(answer)
            if place == 3:
                so_far = html(client.get(reverse("quizzes:practice_summary", args=[probe.public_id])))
                assert "4 answered, 4 left" in so_far
                assert "Not right" not in so_far
        target = answer.headers["HX-Redirect"] if htmx else answer.headers["Location"]
        end = html(client.get(target))
    assert "You knew 7 of 8" in end
    found = result(study, probe)
    assert f"between {percent(found.interval.low)} and {percent(found.interval.high)}" in end
    assert f"{percent(found.expected_share)} was predicted" in end
    assert "neither planned for that day nor due by the schedule." in end
    assert "Not right" in end


def test_the_page_takes_as_many_queries_with_five_probes_as_with_one(study: Study) -> None:
    counts = []
    for many in (1, 4):
        for _ in range(many):
            probe = probe_of(study.later(days=1))
            for _ in range(probing.QUESTIONS):
                try_next(study, probe)
        with time_machine.travel(study.now, tick=False), CaptureQueriesContext(connection) as captured:
            text = html(browser(study).get(reverse("quizzes:progress")))
        assert ("Share known and share predicted in each probe" in text) == (many > 1)
        assert f"you knew {8 * len(probing.probes_of(study.user).probes)} of" in text
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_queries_do_not_grow_with_cards(study: Study) -> None:
    with CaptureQueriesContext(connection) as few:
        actions.open_probe(user=study.user, now=study.now)
        probing.probes_of(study.user)
    load_choices(topics=4, each=20)
    study.later(days=1)
    other = Study(User.objects.create_user("bob@example.org"), now=study.now)
    meet(other)
    with CaptureQueriesContext(connection) as many:
        actions.open_probe(user=other.user, now=other.now)
        probing.probes_of(other.user)
    assert len(many) == len(few)
