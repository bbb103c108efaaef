"""Opening a learner's study day: what is due, what is new, in which order."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from quizzes.review import decks, fitting, placement, places, planning, queries
from quizzes.review.actions.set_back import bring_days_back
from quizzes.review.actions.settings import next_day_at, settings_of
from quizzes.review.models import Card, Item, Review, Session, StudySettings
from quizzes.scheduling.api import PLACE_STEP, Waiting, order

logger = logging.getLogger(__name__)

# The clock plans no more days for learners who stayed away so long; their page opens the day they come back.
AWAY_AFTER = timedelta(days=14)


def open_session(*, user: User, now: datetime) -> Session:
    """Returns the session of the learner's study day, planned when it is opened for the first time.

    However often and from however many places it is called, there is one session a day with one plan. What others
    began to ask of the learner since is added to it once, what they ask no longer is taken out. Takes a constant number
    of queries.
    """
    latest, has_news = queries.latest_session_with_news(user, now)
    day = queries.current_day(user, now, latest)
    if latest is not None and latest.study_day == day:
        if has_news:
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


def study_more(*, user: User, now: datetime, planned: int) -> int:
    """Adds `planning.MORE_MINUTES` of what is worth most to the learner's session; returns the number of questions.

    `planned` is the size of the session the learner saw; when it has another by now (the button was pressed
    twice) nothing is added.
    """
    session = open_session(user=user, now=now)
    study = settings_of(user=user, now=now)
    with transaction.atomic():
        places.hold(session)
        if queries.progress(user, now).planned != planned:
            return 0
        preferences = decks.preferences_of(user, study)
        deck = decks.deck_of(user, session, preferences, now)
        chosen = planning.more_of(deck)
        _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}:{planned}"), chosen)
        _tell_fit(session, deck, chosen, user=user, preferences=preferences, now=now)
    return len(chosen)


def place(*, user: User, now: datetime) -> int:
    """Asks the next step of the placement round today, in place of new questions nobody has begun; returns its size.

    What the minutes hold beside it is filled as always. Where no step is left, or no minute, nothing changes.
    """
    session = open_session(user=user, now=now)
    preferences = decks.preferences_of(user, settings_of(user=user, now=now))
    with transaction.atomic():
        places.hold(session)
        # Places of suspended and retired questions would take their minutes again once these are back.
        places.give_up(_not_begun(session).exclude(queries.OPEN, is_new=False))
        deck = decks.deck_of(user, session, preferences, now)
        seconds = 60.0 * preferences.minutes - deck.seconds_planned - placement.seconds_wanted_today(deck)
        chosen = placement.placement_of(deck, seconds=seconds)
        if not chosen:
            transaction.set_rollback(True)
            return 0
        _add_items(session, [waiting.key for waiting in chosen], chosen, is_placement=True)
        _fill(session, user, preferences, now)
    return len(chosen)


def skip_placement(*, user: User, now: datetime) -> int:
    """Takes what nobody has begun of today's placement round out of the day; returns the number of questions.

    The minutes they leave are filled as always.
    """
    session = open_session(user=user, now=now)
    with transaction.atomic():
        places.hold(session)
        skipped = places.give_up(_not_begun(session).filter(is_placing=True))
        if skipped:
            _fill(session, user, decks.preferences_of(user, settings_of(user=user, now=now)), now)
    return skipped


def fill_session(*, user: User, now: datetime) -> None:
    """Plans anew what nobody has begun of today's session, where the learner's preferences changed since."""
    latest = queries.latest_session(user)
    if latest is not None and latest.study_day == queries.current_day(user, now, latest):
        with transaction.atomic():
            _plan_anew(latest, user, settings_of(user=user, now=now), now)


def open_due_sessions(*, now: datetime, limit: int) -> int:
    """Opens the day of up to `limit` learners whose next one has begun. Returns the number that were opened.

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
    """Chooses what is asked today: within the learner's minutes, what is worth most."""
    preferences = decks.preferences_of(user, study)
    deck = decks.deck_of(user, session, preferences, now)
    chosen = planning.plan_of(deck, seconds=60.0 * preferences.minutes, most_new=preferences.most_new)
    _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}"), chosen)
    _tell_fit(session, deck, chosen, user=user, preferences=preferences, now=now)


def _add_wanted(session: Session, user: User, study: StudySettings, now: datetime) -> None:
    """Plans anew what nobody has begun of a session that was planned before something was wanted."""
    with transaction.atomic():
        if Session.objects.filter(pk=session.pk, aimed_at=session.aimed_at).update(
            aimed_at=now, outdated=False
        ):
            _plan_anew(session, user, study, now)


def _plan_anew(session: Session, user: User, study: StudySettings, now: datetime) -> None:
    """Plans the session again, but for what was begun and for the question that may be in sight."""
    places.hold(session)
    in_sight = queries.next_item(user, now)
    places.give_up(_not_begun(session).exclude(pk__in=[in_sight.pk] if in_sight else []))
    _fill(session, user, decks.preferences_of(user, study), now)


def _not_begun(session: Session) -> QuerySet[Item]:
    """Returns places that were not answered yet, but for those of answers taken back: these stand before the first,
    0.
    """
    return Item.objects.filter(session=session, misses=0, turn=0, done_at=None, position__gte=0)


def _fill(session: Session, user: User, preferences: decks.PlanPreferences, now: datetime) -> None:
    """Adds what is worth most of the minutes that the session leaves."""
    deck = decks.deck_of(user, session, preferences, now)
    seconds = 60.0 * preferences.minutes - deck.seconds_planned
    chosen = planning.plan_of(deck, seconds=seconds, most_new=preferences.most_new)
    _add_items(session, order(chosen, seed=f"{user.pk}:{session.study_day}:{now.isoformat()}"), chosen)
    _tell_fit(session, deck, chosen, user=user, preferences=preferences, now=now)


def _tell_fit(
    session: Session,
    deck: decks.Deck,
    chosen: Sequence[Waiting],
    *,
    user: User,
    preferences: decks.PlanPreferences,
    now: datetime,
) -> None:
    """Keeps with the session what the plan does not begin in time, once `chosen` was added to it."""
    session.fit = fitting.fit_after(
        session, deck, {waiting.key for waiting in chosen}, user=user, preferences=preferences, now=now
    )
    Session.objects.filter(pk=session.pk).update(fit=session.fit)


def _add_items(
    session: Session, questions: Sequence[int], chosen: Sequence[Waiting], *, is_placement: bool = False
) -> None:
    """Gives the questions places behind all that are open, making the cards that are missing."""
    start = places.behind_all(session)
    new = {w.key for w in chosen if w.new}
    cards = _cards_of(session, questions)
    # Only those that are missing: a card that is being answered would make this wait for the answer.
    missing = [question for question in questions if question in new and question not in cards]
    if missing:
        Card.objects.bulk_create(
            [Card(user_id=session.user_id, question_id=question) for question in missing],
            ignore_conflicts=True,
        )
        cards |= _cards_of(session, missing)
    Item.objects.bulk_create(
        [
            Item(
                session=session,
                card_id=cards[question],
                position=start + place * PLACE_STEP,
                is_new=question in new,
                is_placing=is_placement,
            )
            for place, question in enumerate(questions)
        ],
        ignore_conflicts=True,
    )


def _cards_of(session: Session, questions: Sequence[int]) -> dict[int, int]:
    """Returns the learner's cards of the questions, both by primary key."""
    cards = Card.objects.filter(user=session.user_id, question__in=questions)
    return dict(cards.values_list("question_id", "pk"))
