"""A class and a learner to whom everything has happened that leaves a row about a person."""

from __future__ import annotations

from datetime import timedelta

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import FormerAddress, User
from nnprep.tests.worlds import World, make_world
from quizzes.analytics import actions as analytics
from quizzes.bank.models import Question, Topic, Upload
from quizzes.browsing import actions as browsing
from quizzes.browsing.models import Practice
from quizzes.classroom import actions as classes
from quizzes.classroom.models import GroupMember, Invitation, Membership
from quizzes.classroom.policy import Terms
from quizzes.notifications.actions import enqueue_due, enqueue_for_classes, save_preferences
from quizzes.notifications.models import NotificationPreferences
from quizzes.reports.actions import reply, report_question
from quizzes.reports.models import QuestionReport
from quizzes.review.models import TopicChoice
from quizzes.tests.browsing.practising import attempt_of
from quizzes.tests.review.studying import Study


def lived() -> tuple[World, User, User]:
    """The world, its learner and its owner, after answers, a report with a reply, e-mails, forecasts and the rest."""
    world = make_world()
    learner, owner = world.users["member"], world.users["owner"]
    now = timezone.now()
    for user in (learner, owner):
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        FormerAddress.objects.create(user=user, email=f"former-{user.email}", replaced_at=now)
        save_preferences(preferences=NotificationPreferences(user=user, hour=9), now=now)
    topic = Topic.objects.all()[0]
    TopicChoice.objects.create(user=learner, topic=topic, choice=TopicChoice.Choice.KNOWN)
    study = Study(learner, now=now)
    review = study.answer(right=False)
    study.answer_all()
    attempt_of(study)
    probe = Practice.objects.create(
        user=learner, title="Knowledge probe", came_from="/progress/", opened_at=now, drawn_from=1
    )
    probe.exercises.create(question=review.card.question, position=0, expected=0.9)
    browsing.write_note(user=learner, question=Question.objects.all()[0], text="mine alone", now=now)
    report = report_question(review=review, kind=QuestionReport.Kind.TYPO, text="a slip", now=now)
    reply(report=report, text="mended", author=owner, now=now)
    place = Membership.objects.get(classroom=world.classroom, user=learner)
    GroupMember.objects.create(group=world.group, membership=place)

    def assign(title: str) -> None:
        classes.assign(
            classroom=world.classroom,
            question_set=world.question_set,
            title=title,
            terms=Terms(now, now + timedelta(days=7), None),
            author=owner,
            groups=[world.group],
            members=[place],
            now=now,
        )

    assign("For one")
    analytics.record_forecasts(classroom=world.classroom, now=now)
    due = NotificationPreferences.objects.get(user=learner).next_due_at
    assert due is not None
    enqueue_due(now=due + timedelta(minutes=1), limit=10)
    enqueue_for_classes(now=timezone.now(), limit=10)
    # The clock has not written of the last one yet.
    assign("For one, later")
    Upload.objects.create(
        owner=owner, name="week-1.md", text="its text", created_at=now, loaded_at=now, pack=world.pack
    )
    Invitation.objects.create(
        classroom=world.classroom,
        email=learner.email,
        token="t" * 43,
        created_at=now,
        expires_at=now,
        write_at=now,
        withdrawn_at=now,
    )
    return world, learner, owner
