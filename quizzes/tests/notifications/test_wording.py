import re
from datetime import date, timedelta
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from math import ceil

import pytest

from accounts.models import User
from mail.models import OutboundEmail
from quizzes.bank.models import Topic
from quizzes.notifications.models import NotificationPreferences
from quizzes.review import queries
from quizzes.review.habits import first_tries_of
from quizzes.review.models import Card
from quizzes.scheduling.memory import Memory, retrievability
from quizzes.tests.notifications.writing import DAY, EVENING, NOON, Post, remind, text_of
from quizzes.tests.review.packs import load_choices
from quizzes.tests.review.plans import aim
from quizzes.tests.review.studying import Study


def interview(user: User, on: date) -> None:
    user = User.objects.get(pk=user.pk)
    user.study.interview_on = on
    user.study.save()


def chance(card: Card, day: date) -> float:
    """The chance that the card's question is answered right: as it is remembered, or as new ones were."""
    if card.stability is None or card.difficulty is None or card.last_day is None:
        return first_tries_of([card.user])[card.user_id].of_topic(card.question.topic_id)
    return retrievability(Memory(card.stability, card.difficulty, card.last_day), day=day)


@pytest.fixture
def studied(ann: User, bank: None) -> Study:
    """Three days kept in a row before Monday, at six seconds a question."""
    study = Study(ann, now=NOON - 3 * DAY)
    for _ in range(3):
        study.answer_all(confidence="unsure")
        study.now = (study.now + DAY).replace(hour=12, minute=0, second=0)
    return study


def test_the_evening_email_tells_questions_honest_minutes_topics_streak_interview_and_forecast(
    ann: User, studied: Study, post: Post
) -> None:
    studied.open()
    interview(ann, EVENING.date() + timedelta(days=12))
    remind(ann, hour=19)
    post.tick(EVENING)
    session = ann.sessions.latest("study_day")
    questions = session.items.count()
    # Five seconds a turn, a quarter of what is authored at most: 75 seconds a question, what is missed once more.
    minutes = ceil(
        sum(75 * 0.25 * (2 - chance(item.card, session.study_day)) for item in session.items.all()) / 60
    )
    assert questions > 1
    assert post.subjects == [f"{questions} questions, about {minutes} minute{'s' * (minutes != 1)}"]
    for kind in ("plain", "html"):
        text = text_of(post.last, kind)
        topics = session.items.values_list("card__question__topic__title", flat=True)
        assert all(title in text for title in topics)
        assert "You have kept 3 planned days in a row." in text
        # With a day ahead the plan chooses, and no schedule holds.
        assert "12 days to your interview: the plan chooses every morning" in text
        assert "due tomorrow" not in text
        assert "https://nnprep.example/review/" in text


def test_an_evening_of_many_topics_names_five_and_counts_the_others(ann: User, post: Post) -> None:
    load_choices(topics=7, each=2)
    aim(ann, days=5, minutes=60, now=NOON)
    remind(ann, hour=19)
    post.tick(EVENING)
    for kind in ("plain", "html"):
        text = text_of(post.last, kind)
        assert sum(topic.title in text for topic in Topic.objects.all()) == 5
        assert "and 2 more topics" in text


def test_without_a_day_ahead_the_evening_email_counts_what_is_due(
    ann: User, studied: Study, post: Post
) -> None:
    studied.open()
    remind(ann, hour=19)
    post.tick(EVENING)
    day = ann.sessions.latest("study_day").study_day
    coming = queries.due_counts(ann, day + DAY, day + 7 * DAY)
    assert coming
    for kind in ("plain", "html"):
        found = re.search(
            r"So far (\d+) questions? (?:is|are) due tomorrow,\s+(\d+)\s+in\s+the\s+next\s+seven days",
            text_of(post.last, kind),
        )
        assert found is not None
        assert [int(number) for number in found.groups()] == [
            coming.get(day + DAY, 0), sum(coming.values()),
        ]  # fmt: skip


def test_the_minutes_are_the_authors_until_the_learners_pace_is_known(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING)
    questions = ann.sessions.get().items.count()
    assert post.subjects == [f"{questions} questions, about {ceil(questions * 75 * 1.5 / 60)} minutes"]


def test_one_question_is_one_question(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    study = Study(ann, now=NOON)
    study.open()
    while ann.sessions.get().items.filter(done_at=None).count() > 1:
        study.later(seconds=15).answer()
    post.tick(EVENING)
    assert post.subjects == ["1 question, about 2 minutes"]


def test_the_countdown_counts_the_days_from_the_emails_date(ann: User, post: Post) -> None:
    Study(ann, now=NOON).open()
    interview(ann, EVENING.date() + timedelta(days=1))
    remind(ann, hour=19)
    post.tick(EVENING)
    assert post.subjects == ["1 day to your interview"]
    assert "Today: " in text_of(post.last)


def test_the_summary_tells_of_the_week_and_what_is_ahead(ann: User, studied: Study, post: Post) -> None:
    remind(ann, hour=19, evening=False, weekly=True)
    sunday = EVENING - DAY
    NotificationPreferences.objects.update(next_due_at=sunday)
    post.tick(sunday)
    answers = ann.reviews.count()
    assert post.subjects == [f"Your week: {answers} answers on 3 days"]
    text = text_of(post.last)
    assert f"{answers} of {answers} right at the first try (100 %)" in text
    assert "Today’s session is done" in text


def test_the_summary_counts_right_partly_right_and_guesses_as_every_page_does(
    ann: User, studied: Study, post: Post
) -> None:
    remind(ann, hour=19, evening=False, weekly=True)
    sunday = EVENING - DAY
    NotificationPreferences.objects.update(next_due_at=sunday)
    partly, guess, *_ = ann.reviews.filter(first_of_day=True)
    ann.reviews.filter(pk=partly.pk).update(score=0.9)
    ann.reviews.filter(pk=guess.pk).update(confidence="guess")
    post.tick(sunday)
    answers = ann.reviews.count()
    assert f"{answers - 2} of {answers} right at the first try" in text_of(post.last)
    assert "%), 1 partly right" in text_of(post.last)


def test_a_week_without_an_answer_has_no_summary(ann: User, post: Post) -> None:
    remind(ann, hour=19, evening=False, weekly=True)
    post.tick(EVENING + 6 * DAY)
    assert OutboundEmail.objects.get().error == "nothing was answered that week"


def test_an_email_has_manners(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING)
    email = post.last
    assert email["Auto-Submitted"] == "auto-generated"
    assert email["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<https://nnprep\.example/emails/stop/[\w.~-]+/>", email["List-Unsubscribe"])
    assert re.fullmatch(r"<[0-9a-f]{32}@localhost>", email["Message-ID"])
    assert parsedate_to_datetime(email["Date"]) == EVENING
    assert email["To"] == ann.email
    assert [part.get_content_type() for part in email.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_an_email_loads_nothing_and_its_links_say_nothing_of_the_learner(ann: User, post: Post) -> None:
    remind(ann, hour=19)
    post.tick(EVENING)
    html = text_of(post.last, "html")
    tags = Tags()
    tags.feed(html)
    assert not {"img", "script", "link", "iframe", "table"} & {tag for tag, _ in tags.seen}
    assert "url(" not in html
    links = [attrs["href"] or "" for tag, attrs in tags.seen if tag == "a"]
    links += re.findall(r"https?://\S+", text_of(post.last))
    assert links
    for link in links:
        assert link.startswith("https://nnprep.example/")
        assert "ann" not in link
        assert "?" not in link


def test_a_topic_with_markup_in_its_name_stays_text(ann: User, post: Post) -> None:
    Study(ann, now=NOON).open()
    topic = Topic.objects.filter(questions__cards__items__session__user=ann).first()
    assert topic
    topic.title = "Tokens <b>& more</b>"
    topic.save()
    remind(ann, hour=19)
    post.tick(EVENING)
    assert "Tokens &lt;b&gt;&amp; more&lt;/b&gt;" in text_of(post.last, "html")
    assert "Tokens <b>& more</b>" in text_of(post.last)
