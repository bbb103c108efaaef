"""The learner's own pages say the same numbers of the same things, and these follow from the rows."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts.models import User
from quizzes.bank.models import Question
from quizzes.browsing import actions
from quizzes.review.models import Card, Item, Review
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.templatetags.numbers import percent
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.plans import aim, words
from quizzes.tests.review.studying import Study

pytestmark = pytest.mark.django_db

TOPICS, EACH = 4, 10


@pytest.fixture
def study(db: None) -> Study:
    """A learner on their second day, with misses and guesses behind them."""
    load_choices(topics=TOPICS, each=EACH)
    study = Study(User.objects.create_user("ann@example.org"))
    for place in range(9):
        study.answer(right=place % 3 > 0, confidence="guess" if place % 4 == 3 else "sure")
    return study.later(days=1)


def page(study: Study, path: str) -> str:
    client = Client()
    client.force_login(study.user)
    with time_machine.travel(study.now, tick=False):
        return client.get(path).content.decode()


def suspend(study: Study, *, met: int, unmet: int) -> None:
    answered = Question.objects.filter(cards__reps__gt=0).order_by("pk")
    others = Question.objects.exclude(pk__in=answered.values("pk")).order_by("-pk")
    for question in [*answered[:met], *others[:unmet]]:
        actions.suspend(user=study.user, question=question, now=study.now)


def rows(text: str) -> dict[str, tuple[str, str]]:
    """What Progress says of each topic: the share known, and how many of how many were asked."""
    table = text[text.index('id="topics-heading"') : text.index('id="true-heading"')]
    found = {}
    for row in re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]:
        topic, *cells = re.findall(r"<(?:a [^>]*|td class=\"number\")>\s*(.*?)\s*</(?:a|td)>", row, re.DOTALL)
        found[topic] = (words(cells[0]), words(cells[1]))
    return found


def test_bank_topic_page_and_progress_say_the_same_share_known(study: Study) -> None:
    suspend(study, met=2, unmet=3)
    told = rows(page(study, "/progress/"))
    bank = words(page(study, "/bank/"))
    assert len(told) == TOPICS
    firsts = Review.objects.filter(user=study.user, first_of_day=True, seq=0)
    rate = (firsts.filter(rating__gte=2).count() + 3) / (firsts.count() + 6)
    # `words` makes every blank an ordinary one.
    for topic, (share, asked) in told.items():
        left = Question.objects.filter(topic__title=topic).exclude(cards__suspended_at__isnull=False)
        tried = firsts.filter(card__question__topic__title=topic)
        first_try = (tried.filter(rating__gte=2).count() + 4 * rate) / (tried.count() + 4)
        known = 0.0
        for question in left:
            last = Review.objects.filter(card__question=question, undone_at=None).order_by("-seq").first()
            if last is None:
                known += first_try
            elif last.passed and last.confidence != "guess":
                card = last.card
                assert card.stability is not None
                assert card.difficulty is not None
                assert card.last_day is not None
                memory = Memory(card.stability, card.difficulty, card.last_day)
                known += retrievability(memory, day=study.now.date() + timedelta(days=1))
        assert share == words(percent(known / left.count())), topic
        seen = left.filter(cards__reps__gt=0).count()
        assert asked == f"{seen} of {left.count()}"
        slug = Question.objects.filter(topic__title=topic)[0].topic.slug
        own = words(page(study, f"/bank/{slug}/"))
        assert f"{share} known · {asked} asked" in own
        assert f"{topic} {share} known {asked} asked" in bank
        said = f"One never asked counts at your own first-try rate in its topic, {words(percent(first_try))};"
        assert said in own


@pytest.mark.parametrize(("met", "unmet"), [(0, 13), (3, 0), (4, 13)])
def test_what_is_suspended_is_in_no_total(study: Study, met: int, unmet: int) -> None:
    suspend(study, met=met, unmet=unmet)
    left = TOPICS * EACH - met - unmet
    unseen = left - Card.objects.filter(reps__gt=0, suspended_at=None).count()
    aim(study.user, days=20, now=study.now)
    assert f"of {left} questions" in words(page(study, "/today/"))
    assert f"of {left} questions" in words(page(study, "/plan/"))
    progress = page(study, "/progress/")
    assert f"of {left} questions, of which {unseen} were never asked" in words(progress)
    assert "suspended questions and topics you left out are not counted" in words(progress)
    for text in (progress, page(study, "/bank/")):
        asked = re.findall(r"(\d+) of (\d+)(?: asked|</td>)", re.sub(r"\s+", " ", text))[-TOPICS:]
        if text is progress:
            asked = [tuple(said.split(" of ")) for _, said in rows(text).values()]
        assert sum(int(of) for _, of in asked) == left
        assert sum(int(seen) for seen, _ in asked) == left - unseen
    never = words(page(study, "/bank/?mine=new"))
    assert f"{unseen} question" in never


def test_a_topic_of_which_all_is_suspended_stays_within_reach(study: Study) -> None:
    topic = Question.objects.order_by("pk")[0].topic
    for question in Question.objects.filter(topic=topic):
        actions.suspend(user=study.user, question=question, now=study.now)
    own = words(page(study, f"/bank/{topic.slug}/"))
    assert f"0 of 0 asked · {EACH} suspended" in own
    assert "% known ·" not in own
    assert rows(page(study, "/progress/"))[topic.title] == ("–", "0 of 0")
    assert f"{EACH} suspended" in words(page(study, "/bank/"))


def test_progress_tells_the_days_from_tomorrow_and_today_tells_what_is_left_of_today(study: Study) -> None:
    study.answer(right=False)
    text = page(study, "/progress/")
    told = words(text[text.index('id="ahead-heading"') : text.index('id="days-heading"')])
    assert "still due today" not in told
    assert "Today says what is left of today." in told
    tomorrow = study.now.date() + timedelta(days=1)
    assert re.search(rf"Day Questions Minutes {tomorrow:%a} {tomorrow.day} {tomorrow:%B} ", told)
    today = words(page(study, "/today/"))
    open_ = Item.objects.filter(session__study_day=study.now.date(), done_at=None)
    assert f"{open_.filter(misses=0, is_new=False).count()} due again" in today
    assert f"{open_.filter(misses__gt=0).count()} missed, to come back" in today
