"""Opening a learner's study day: what is due, what is new, in which order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Container, Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef

from accounts.models import User
from quizzes.review import places, queries, wanted
from quizzes.review.actions.set_back import bring_days_back
from quizzes.review.actions.settings import next_day_at, settings_of
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.scheduling.queue import PLACE_STEP, Waiting, new_today, order, without_siblings

logger = logging.getLogger(__name__)

# New questions come from so many topics at a time: enough to mix, few enough to get to know each.
TOPICS_AT_ONCE = 3
# The clock plans no more days for learners who stayed away so long; their page opens the day they come back.
AWAY_AFTER = timedelta(days=14)


def open_session(*, user: User, now: datetime) -> Session:
    """The session of the learner's study day, planned when it is opened for the first time.

    However often and from however many places it is called, there is one session a day with one plan. What others
    began to ask of the learner since is added to it once. Takes a constant number of queries.
    """
    latest = queries.sessions_latest_first(user).annotate(has_news=wanted.news(now)).first()
    day = queries.current_day(user, now, latest)
    if latest is not None and latest.study_day == day:
        if latest.has_news:
            _add_wanted(latest, user, settings_of(user=user, now=now), now)
        return latest
    study = settings_of(user=user, now=now)
    with transaction.atomic():
        session, opened = Session.objects.get_or_create(
            user=user, study_day=day, defaults={"opened_at": now, "aimed_at": now}
        )
        if opened:
            _plan(session, user, study, now)
            StudySettings.objects.filter(pk=study.pk).update(next_day_at=next_day_at(user=user, now=now))
    return session


def study_more(*, user: User, now: datetime, many: int, planned: int) -> int:
    """Add up to `many` new questions at the end of the learner's session; how many were added.

    `planned` is the size of the session the learner saw; when it has another by now (the button was pressed
    twice) nothing is added.
    """
    session = open_session(user=user, now=now)
    with transaction.atomic():
        if queries.progress(user).planned != planned:
            return 0
        candidates = queries.new_candidates(user, session, now)
        chosen = _wanted_first(candidates, many=many, seen=queries.concepts_of(session))
        # Asked for more, we rather ask about something of today once again than refuse.
        chosen = chosen or _wanted_first(candidates, many=many, seen=())
        _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}:{planned}"), chosen)
    return len(chosen)


def introduce(candidates: Sequence[Waiting], *, many: int, seen: Iterable[str]) -> list[Waiting]:
    """Up to `many` of the new `candidates`, without two that cover one claim or a claim that is in `seen`.

    They are taken in turn from the first TOPICS_AT_ONCE topics that still hold something, and within a topic in
    the order given.
    """
    topics: dict[int, deque[Waiting]] = {}
    for candidate in without_siblings(candidates, seen=seen):
        topics.setdefault(candidate.topic, deque()).append(candidate)
    waiting = deque(topics.values())
    turns = deque(waiting.popleft() for _ in range(min(TOPICS_AT_ONCE, len(waiting))))
    chosen: list[Waiting] = []
    while turns and len(chosen) < many:
        topic = turns.popleft()
        chosen.append(topic.popleft())
        if topic:
            turns.append(topic)
        elif waiting:
            turns.append(waiting.popleft())
    return chosen


def _wanted_first(
    candidates: Iterable[Sequence[queries.Candidate]],
    *,
    many: int,
    seen: Iterable[str],
    without: Container[int] = (),
) -> list[Waiting]:
    """`introduce` from what is wanted and, when that does not fill `many`, from the rest; none that is in `without`."""
    taken = set(seen)
    chosen: list[Waiting] = []
    for group in candidates:
        waiting = [c.waiting for c in group if c.waiting.key not in without]
        begun = introduce(waiting, many=many - len(chosen), seen=taken)
        taken |= {concept for w in begun for concept in w.concepts}
        chosen += begun
    return chosen


def open_due_sessions(*, now: datetime, limit: int) -> int:
    """Open the day of up to `limit` learners whose next one has begun; how many were opened.

    Whoever moves `next_day_at` on holds the learner, so it may run at once in several places. What goes wrong with
    one learner is logged and leaves the others alone: that learner's own page will open the day.
    """
    bring_days_back(now=now, limit=limit)
    lately = Review.objects.filter(user=OuterRef("user"), answered_at__gte=now - AWAY_AFTER)
    owed = (
        StudySettings.objects.filter(next_day_at__lte=now, user__is_active=True)
        .select_related("user")
        .annotate(studied_lately=Exists(lately))
        .order_by("next_day_at")[:limit]
    )
    opened = 0
    for study in owed:
        claim = StudySettings.objects.filter(pk=study.pk, next_day_at=study.next_day_at)
        if not claim.update(next_day_at=next_day_at(user=study.user, now=now)):
            continue
        if not study.studied_lately and study.user.joined_at < now - AWAY_AFTER:
            continue
        try:
            open_session(user=study.user, now=now)
        except Exception:
            logger.exception("the day of learner %s could not be opened", study.pk)
        else:
            opened += 1
    return opened


def _plan(session: Session, user: User, study: StudySettings, now: datetime) -> None:
    """Choose what is asked today: everything due, what is wanted by a day, then as much new as there is room for."""
    due = queries.due_candidates(user, session.study_day)
    own = queries.pace(user)
    load = queries.minutes_for(due, own)
    chosen = without_siblings([c.waiting for c in due])
    seen = {concept for w in chosen for concept in w.concepts}
    most = study.new_per_day
    asked = wanted.wanted_by_a_day(user, session, now)
    if asked:
        room = wanted.questions_a_day(asked, own, minutes=study.minutes_a_day - load)
        begun = wanted.begin_today(asked, many=wanted.paced(asked, a_day=room).today, seen=seen)
        seen |= {concept for w in begun for concept in w.concepts}
        chosen += begun
        # Beside what has a date there is only as much new as the minutes hold.
        most = min(most, room)
    allowed = new_today(
        new_per_day=most,
        introduced_today=sum(w.new for w in chosen),
        due_minutes=load,
        minutes_a_day=study.minutes_a_day,
    )
    if allowed:
        candidates = queries.new_candidates(user, session, now)
        chosen += _wanted_first(candidates, many=allowed, seen=seen, without={w.key for w in chosen})
    _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}"), chosen)


def _add_wanted(session: Session, user: User, study: StudySettings, now: datetime) -> None:
    """Add today's share of what is wanted by a day to a session that was planned before it was wanted."""
    with transaction.atomic():
        if not Session.objects.filter(pk=session.pk, aimed_at=session.aimed_at).update(aimed_at=now):
            return
        asked = wanted.wanted_by_a_day(user, session, now)
        if not asked:
            return
        planned = Item.objects.filter(session=session).count()
        room = wanted.questions_a_day(asked, queries.pace(user), minutes=study.minutes_a_day) - planned
        many = wanted.paced(asked, a_day=max(0, room)).today
        chosen = wanted.begin_today(asked, many=many, seen=queries.concepts_of(session))
        _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}:{now.isoformat()}"), chosen)


def _add_items(session: Session, questions: Sequence[int], chosen: Sequence[Waiting]) -> None:
    """Give the questions places behind all that are open, making the cards that are missing."""
    start = places.behind_all(session)
    new = {w.key for w in chosen if w.new}
    Card.objects.bulk_create(
        [Card(user_id=session.user_id, question_id=question) for question in questions if question in new],
        ignore_conflicts=True,
    )
    cards = dict(
        Card.objects.filter(user=session.user_id, question__in=questions).values_list("question_id", "pk")
    )
    Item.objects.bulk_create(
        [
            Item(
                session=session,
                card_id=cards[question],
                position=start + place * PLACE_STEP,
                is_new=question in new,
            )
            for place, question in enumerate(questions)
        ],
        ignore_conflicts=True,
    )
