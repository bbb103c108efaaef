"""`python -m nnprep.tests.browser.classes TEACHER LEARNER`: a class of forty; prints its addresses."""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nnprep.settings")
django.setup()

from django.utils import timezone  # noqa: E402 -- Django must be set up before its models are imported

from accounts.email_restore import token_for  # noqa: E402
from accounts.models import User  # noqa: E402
from nnprep.tests.browser.learner import PASSWORD  # noqa: E402
from quizzes.bank.actions import load_pack  # noqa: E402
from quizzes.bank.queries import questions_for  # noqa: E402
from quizzes.bank.selecting import Filters  # noqa: E402
from quizzes.bank.sets import add_questions, add_rule, create_set  # noqa: E402
from quizzes.classroom import actions  # noqa: E402
from quizzes.classroom.models import Group, Invitation, Membership  # noqa: E402
from quizzes.classroom.policy import Terms  # noqa: E402
from quizzes.classroom.roster import read_roster  # noqa: E402
from quizzes.notifications.tokens import write_never  # noqa: E402
from quizzes.reports.actions import report_question  # noqa: E402
from quizzes.reports.models import QuestionReport  # noqa: E402
from quizzes.tests.review.packs import choices  # noqa: E402
from quizzes.tests.review.studying import Study  # noqa: E402

LEARNERS = 40


def main() -> None:
    """A teacher's class, set, pack and assignments; a learner who joined, reported and is invited elsewhere."""
    teacher = User.objects.create_user(sys.argv[1], PASSWORD, time_zone="Europe/Berlin")
    learner = User.objects.create_user(sys.argv[2], PASSWORD, time_zone="Asia/Tokyo")
    now = timezone.now()
    classroom = actions.create_class(owner=teacher, title="Deep learning", time_zone="Europe/Berlin", now=now)
    rows = [f"Learner {n},{n}-{learner.email},{('Red', 'Blue')[n % 2]}" for n in range(LEARNERS + 5)]
    actions.invite(classroom=classroom, rows=read_roster("\n".join(rows)), author=teacher, now=now)
    link = actions.open_link(classroom=classroom, author=teacher, days=7, max_uses=60, now=now)
    actions.join_by_link(link=link, user=learner, now=now)
    invitations = Invitation.objects.filter(classroom=classroom).select_related("classroom", "group")
    for invitation in invitations[: LEARNERS - 1]:
        user = User.objects.create_user(invitation.email)
        actions.accept(invitation=invitation, user=user, now=now)
    own = load_pack(
        text=choices(topic="own", number=90, many=3), path=Path("own.md"), now=now, owner=teacher
    ).loaded
    assert own is not None
    chosen = create_set(owner=teacher, title="A public set", about="To begin.", visibility="public", now=now)
    ids = list(questions_for(teacher).values_list("public_id", flat=True))
    add_questions(question_set=chosen, public_ids=ids, now=now)
    add_rule(question_set=chosen, filters=Filters(levels=(1,), unassigned=True), pick=3, now=now)
    soon = actions.assign(
        classroom=classroom,
        question_set=chosen,
        title="By tomorrow",
        terms=Terms(now, now + timedelta(days=1), None),
        author=teacher,
        now=now,
    )
    actions.assign(
        classroom=classroom,
        question_set=chosen,
        title="For the reds, later",
        terms=Terms(now + timedelta(days=3), now + timedelta(days=9), None, goal="recall", goal_value=0.9),
        author=teacher,
        now=now,
        groups=list(Group.objects.filter(classroom=classroom, title="Red")),
    )
    actions.extend(
        assignment=soon,
        members=list(Membership.objects.filter(classroom=classroom, role="learner")[:2]),
        opens_at=None,
        due_at=now + timedelta(days=4),
        closes_at=None,
        reason="Ill for a week",
        author=teacher,
        now=now,
    )
    other = actions.create_class(owner=teacher, title="Another class", time_zone="UTC", now=now)
    actions.invite(classroom=other, rows=read_roster(learner.email), author=teacher, now=now)
    invitation = Invitation.objects.get(classroom=other)
    answered = Study(learner, now=now).answer(right=False)
    reported = report_question(
        review=answered, kind=QuestionReport.Kind.WRONG, text="The key is off.", now=now
    )
    User.objects.create_user(f"staff-{teacher.email}", PASSWORD, is_staff=True, welcomed_at=now)
    places = {
        "report": f"/reports/{reported.public_id}/",
        "report_question": f"/review/feedback/{answered.public_id}/report/",
        "class": f"/classes/{classroom.public_id}/",
        "set": f"/sets/{chosen.public_id}/",
        "assignment": f"/assignments/{soon.public_id}/",
        "question": f"questions/{ids[0]}/",
        "invitation": f"/join/{invitation.token}/",
        "link": f"/join/{link.token}/",
        "pack": f"/packs/{own.public_id}/",
        "restore": f"/accounts/email/restore/{token_for(teacher, f'former-{teacher.email}', now)}/",
        "never": f"/emails/never/{write_never(invitation.public_id)}/",
        "due": soon.due_at.isoformat(),
    }
    sys.stdout.write(json.dumps(places))


if __name__ == "__main__":
    main()
