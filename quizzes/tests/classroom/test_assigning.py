from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from quizzes.authoring import actions as authoring
from quizzes.bank.selecting import Filters
from quizzes.bank.sets import add_questions, add_rule, delete_set
from quizzes.classroom import actions, queries
from quizzes.classroom.actions.assigning import _targets
from quizzes.classroom.assignees import assigned_in
from quizzes.classroom.models import Assignee, Assignment, AssignmentItem, AuditRow, Extension
from quizzes.classroom.policy import Terms
from quizzes.classroom.work import own_work, work_with_progress
from quizzes.review.actions.settings import settings_of
from quizzes.review.forms import StudyForm
from quizzes.review.models import Item, StudySettings, Target
from quizzes.review.planning import seconds_left
from quizzes.review.queries import latest_session
from quizzes.review.shortfall import fit_of
from quizzes.tests.classroom.classes import Teaching, account, at, browser, wanted_of
from quizzes.tests.review.pages import html


def test_a_class_assignment_reaches_every_learner_and_whoever_joins_later(
    teaching: Teaching, ann: User, bob: User
) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(4))
    assert wanted_of(ann) == {f"topic-1-{n}" for n in range(1, 5)}
    assert not wanted_of(teaching.owner)
    teaching.take_in(bob)
    assert wanted_of(bob) == wanted_of(ann)


def test_a_group_assignment_follows_the_group(teaching: Teaching, ann: User, bob: User) -> None:
    anns, bobs = teaching.take_in(ann), teaching.take_in(bob)
    red = teaching.group("Red", anns)
    teaching.assign(teaching.set_of(4), groups=[red])
    assert (len(wanted_of(ann)), len(wanted_of(bob))) == (4, 0)
    actions.save_group(
        classroom=teaching.classroom,
        group=red,
        title="Red",
        members=[bobs],
        actor=teaching.owner,
        now=teaching.now,
    )
    assert (len(wanted_of(ann)), len(wanted_of(bob))) == (0, 4)


def test_when_its_group_or_learner_is_gone_an_assignment_is_nobodys_not_everybodys(
    teaching: Teaching, ann: User, bob: User
) -> None:
    anns, _ = teaching.take_in(ann), teaching.take_in(bob)
    red = teaching.group("Red", anns)
    teaching.assign(teaching.set_of(2), groups=[red])
    teaching.assign(teaching.set_of(4), members=[anns])
    actions.delete_group(group=red, actor=teaching.owner, now=teaching.now)
    assert (len(wanted_of(ann)), len(wanted_of(bob))) == (4, 0)
    ann.delete()
    teaching.take_in(account("cy"))
    assert not Target.objects.exists()


def test_the_questions_are_chosen_when_it_is_assigned_and_stay(teaching: Teaching, ann: User) -> None:
    made = teaching.set_of(2)
    teaching.take_in(ann)
    assignment = teaching.assign(made)
    delete_set(question_set=made)
    assignment.refresh_from_db()
    assert (assignment.question_set, assignment.items.count(), len(wanted_of(ann))) == (None, 2, 2)


def test_a_rule_for_something_new_knows_what_this_class_had(teaching: Teaching) -> None:
    first = teaching.assign(teaching.set_of(8))
    made = teaching.set_of(0)
    add_rule(
        question_set=made, filters=Filters(topics=("topic-1",), unassigned=True), pick=12, now=teaching.now
    )
    second = teaching.assign(made)
    given = AssignmentItem.objects.values_list("question_id", flat=True)
    assert not set(given.filter(assignment=first)) & set(given.filter(assignment=second))
    assert second.items.count() == 4


def test_an_empty_set_cannot_be_assigned(teaching: Teaching) -> None:
    with pytest.raises(actions.NothingToAssignError):
        teaching.assign(teaching.set_of(0))
    assert not Assignment.objects.exists()


def test_withdrawing_and_archiving_end_the_targets_and_restoring_brings_them_back(
    teaching: Teaching, ann: User
) -> None:
    teaching.take_in(ann)
    assignment = teaching.assign(teaching.set_of(4))
    actions.archive(classroom=teaching.classroom, actor=teaching.owner, now=teaching.now)
    assert not wanted_of(ann)
    assert not own_work(ann, teaching.now).exists()
    actions.restore(classroom=teaching.classroom, actor=teaching.owner, now=teaching.now)
    assert len(wanted_of(ann)) == 4
    actions.withdraw_assignment(assignment=assignment, actor=teaching.owner, now=teaching.now)
    assert not wanted_of(ann)
    assert not queries.assignments_in(teaching.classroom)


# --- other dates ----------------------------------------------------------------------------------------------------


def due_days(user: User) -> set[int]:
    """In how many days after the class began the user's targets are due."""
    return {(target.due_at - Teaching.now).days for target in user.targets.all() if target.due_at}


def test_one_action_gives_many_other_dates_with_a_reason_and_a_row_each(
    teaching: Teaching, ann: User, bob: User
) -> None:
    anns, bobs = teaching.take_in(ann), teaching.take_in(bob)
    teaching.take_in(account("cy"))
    assignment = teaching.assign(teaching.set_of(4), days=7)
    many = actions.extend(
        assignment=assignment,
        members=[anns, bobs],
        opens_at=None,
        due_at=teaching.now + timedelta(days=14),
        closes_at=None,
        reason="ill",
        author=teaching.owner,
        now=teaching.now,
    )
    assert many == 2
    assert (due_days(ann), due_days(bob)) == ({14}, {14})
    assert Assignee.objects.filter(due_at=teaching.now + timedelta(days=7)).count() == 1
    rows = AuditRow.objects.filter(action="gave other dates")
    assert {(row.membership, row.detail) for row in rows} == {(anns, "ill"), (bobs, "ill")}


def test_the_newest_extension_holds_and_when_it_ends_the_assignments_own_dates_do(
    teaching: Teaching, ann: User
) -> None:
    place = teaching.take_in(ann)
    assignment = teaching.assign(teaching.set_of(4), days=7)
    for days in (10, 20):
        actions.extend(
            assignment=assignment,
            members=[place],
            opens_at=None,
            due_at=teaching.now + timedelta(days=days),
            closes_at=None,
            reason="later",
            author=teaching.owner,
            now=teaching.now,
        )
    assert due_days(ann) == {20}
    active = Extension.objects.select_related("assignment__classroom", "membership").get(active=True)
    assert actions.end_extension(given=active, actor=teaching.owner, now=teaching.now)
    assert not actions.end_extension(given=active, actor=teaching.owner, now=teaching.now)
    assert due_days(ann) == {7}


def test_a_change_for_all_leaves_other_dates_alone(teaching: Teaching, ann: User, bob: User) -> None:
    place = teaching.take_in(ann)
    teaching.take_in(bob)
    assignment = teaching.assign(teaching.set_of(4), days=7)
    actions.extend(
        assignment=assignment,
        members=[place],
        opens_at=None,
        due_at=teaching.now + timedelta(days=14),
        closes_at=None,
        reason="ill",
        author=teaching.owner,
        now=teaching.now,
    )
    terms = Terms(teaching.now, teaching.now + timedelta(days=9), None)
    actions.change_terms(
        assignment=assignment, title="Other", terms=terms, actor=teaching.owner, now=teaching.now
    )
    assert (due_days(ann), due_days(bob)) == ({14}, {9})


# --- into the session -----------------------------------------------------------------------------------------------


def asked_today(user: User, day: date | None = None) -> list[str]:
    items = Item.objects.filter(session__user=user)
    if day:
        items = items.filter(session__study_day=day)
    return sorted(items.values_list("card__question__slug", flat=True))


def test_assigned_questions_begin_as_early_as_the_minutes_allow_and_in_time(
    teaching: Teaching, ann: User
) -> None:
    teaching.take_in(ann)
    assignment = teaching.assign(teaching.set_of(12, topic="topic-3"), days=3.5)
    StudySettings.objects.create(user=ann, new_per_day=0, next_day_at=teaching.now)
    study = teaching.studies(ann)
    begun = []
    for _ in range(4):
        study.open()
        begun.append(Item.objects.filter(session__study_day=study.now.date(), is_new=True).count())
        study.answer_all()
        study.later(days=1)
    assert begun == [10, 2, 0, 0]
    (work,) = work_with_progress(own_work(ann, study.now), ann)
    assert (work.assignee.assignment, work.seen, work.left) == (assignment, 12, 0)


def test_the_earliest_due_comes_first_and_all_before_the_rest_of_the_bank(
    teaching: Teaching, ann: User
) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(6, topic="topic-3"), days=20)
    teaching.assign(teaching.set_of(6, topic="topic-2"), days=0.9)
    StudySettings.objects.create(user=ann, new_per_day=8, next_day_at=teaching.now)
    teaching.studies(ann).open()
    asked = asked_today(ann)
    assert [slug for slug in asked if slug.startswith("topic-2")] == [f"topic-2-{n}" for n in range(1, 7)]
    assert len([slug for slug in asked if slug.startswith("topic-3")]) == 4
    assert not [slug for slug in asked if slug.startswith("topic-1")]


def test_minutes_a_day_are_respected_and_both_sides_are_told_by_how_much_it_does_not_fit(
    teaching: Teaching, ann: User
) -> None:
    teaching.take_in(ann)
    made = teaching.set_of(12)
    assignment = teaching.assign(made, days=0.9)
    StudySettings.objects.create(user=ann, minutes_a_day=5, next_day_at=teaching.now)
    study = teaching.studies(ann)
    study.open()
    # Five minutes hold two questions of 75 seconds, half of them asked twice.
    assert len(asked_today(ann)) == 2
    (row,) = assigned_in(assignment, study.now)
    assert row.short == 10
    fit = fit_of(ann, study.user.sessions.get(), study.now)
    assert fit is not None
    assert (fit.short, fit.questions) == (10, 10)


def test_what_is_assigned_after_the_day_was_opened_still_comes_today_once(
    teaching: Teaching, ann: User
) -> None:
    teaching.take_in(ann)
    study = teaching.studies(ann)
    study.open()
    before = set(asked_today(ann))
    teaching.later(hours=1)
    teaching.assign(teaching.set_of(8, topic="topic-3"), days=0.9)
    study.later(hours=2).open()
    after = asked_today(ann)
    # What is due today takes the place of what nobody has begun, but for the question that may be in sight.
    assert {f"topic-3-{n}" for n in range(1, 9)} < set(after)
    assert set(after) & before
    assert seconds_left({ann: ann.sessions.get()})[ann.pk] <= 1200
    study.open()
    assert asked_today(ann) == after


def test_what_opens_during_the_day_comes_when_it_has_opened(teaching: Teaching, ann: User) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(8, topic="topic-3"), opens=0.2, days=0.9)
    study = teaching.studies(ann)
    study.open()
    assert "topic-3-1" not in asked_today(ann)
    study.later(hours=6).open()
    assert "topic-3-1" in asked_today(ann)


def test_what_has_closed_is_asked_for_no_more(teaching: Teaching, ann: User) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(8, topic="topic-3"), days=1, closes=1)
    teaching.assign(teaching.set_of(8, topic="topic-2"), days=1, late=Assignment.Late.REFUSE)
    study = teaching.studies(ann).later(days=2)
    study.open()
    assert all(slug.startswith("topic-1") or slug[-2:] in {"10", "11", "12"} for slug in asked_today(ann)[:3])
    assert not [slug for slug in asked_today(ann) if slug.startswith("topic-3")][8:]


def test_late_work_that_still_counts_is_wanted_at_once(teaching: Teaching, ann: User) -> None:
    teaching.take_in(ann)
    teaching.assign(teaching.set_of(8, topic="topic-3"), days=1)
    study = teaching.studies(ann).later(days=4)
    study.open()
    assert {f"topic-3-{n}" for n in range(1, 9)} <= set(asked_today(ann))


def test_a_limit_on_new_questions_holds_for_joined_sets_and_not_for_what_a_class_assigns(
    now_teaching: Teaching, ann: User
) -> None:
    client = browser(ann)
    made = now_teaching.set_of(5)
    made.visibility = made.Visibility.PUBLIC
    made.save()
    study = now_teaching.studies(ann)
    settings = settings_of(user=ann, now=now_teaching.now)
    settings.new_per_day = 0
    settings.save()
    said = html(client.post(at("join_set", made.public_id), follow=True))
    assert "5 questions of" in said
    assert "You begin no new questions: your settings say 0 a day." in said
    study.open()
    assert study.next() is None
    help_text = StudyForm(today=now_teaching.now.date()).fields["new_per_day"].help_text
    assert "What a class assigns comes in any case; sets you joined come within it." in help_text
    now_teaching.take_in(ann)
    now_teaching.assign(now_teaching.set_of(3, topic="topic-2"))
    study.later(minutes=1).open()
    assert Item.objects.filter(card__user=ann, is_new=True).count() == 3
    settings.new_per_day = 2
    settings.save()
    study.later(days=1).open()
    asked = Item.objects.filter(
        session=latest_session(ann), is_new=True, card__question__topic__slug="topic-1"
    )
    assert asked.count() == 2


def test_a_set_one_joined_comes_before_the_rest_of_the_bank(teaching: Teaching, ann: User) -> None:
    made = teaching.set_of(5, topic="topic-3")
    assert authoring.join_set(user=ann, question_set=made, now=teaching.now) == 5
    StudySettings.objects.create(user=ann, new_per_day=5, next_day_at=teaching.now)
    teaching.studies(ann).open()
    assert asked_today(ann) == sorted(wanted_of(ann))
    authoring.leave_set(user=ann, public_id=made.public_id)
    assert not wanted_of(ann)


def test_assigning_and_opening_take_as_many_queries_for_forty_learners_as_for_four(
    teaching: Teaching,
) -> None:
    def counted(name: str, many: int, questions: int) -> tuple[int, int]:
        for n in range(many):
            teaching.take_in(account(f"{name}{n}"))
        made = teaching.set_of(questions)
        with CaptureQueriesContext(connection) as assigning:
            teaching.assign(made)
        learner = User.objects.get(email=f"{name}0@example.org")
        with CaptureQueriesContext(connection) as opening:
            teaching.studies(learner).open()
        return len(assigning), len(opening)

    assert counted("a", 4, 3) == counted("b", 36, 12)


def test_adding_to_a_set_does_not_change_what_was_assigned_from_it(teaching: Teaching, ann: User) -> None:
    made = teaching.set_of(2)
    teaching.take_in(ann)
    teaching.assign(made)
    ids = [q.question.public_id for q in made.items.select_related("question")]
    add_questions(question_set=made, public_ids=ids, now=teaching.now)
    assert len(wanted_of(ann)) == 2


def test_each_learner_is_asked_for_each_question_once(teaching: Teaching, ann: User, bob: User) -> None:
    teaching.take_in(ann)
    teaching.take_in(bob)
    assignment = teaching.assign(teaching.set_of(12))
    rows = _targets(Assignee.objects.filter(assignment=assignment))
    assert len(rows) == len({(user, question) for user, question, *_ in rows}) == 24
