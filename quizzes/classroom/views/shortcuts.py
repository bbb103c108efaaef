"""Looking up what an address names: what someone may not do is not there."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404

from accounts.models import User
from quizzes.classroom.models import Assignment, Membership
from quizzes.classroom.queries import assignment_for, place_in
from quizzes.classroom.rights import Action


def place_or_404(user: User, public_id: UUID, action: Action) -> Membership:
    """Returns the user's place in the class, where they may do `action` there; raises Http404 elsewhere."""
    try:
        return place_in(user, public_id, action)
    except Membership.DoesNotExist as unknown:
        raise Http404 from unknown


def assignment_or_404(user: User, public_id: UUID, action: Action) -> Assignment:
    """Returns the assignment, where the user may do `action` in its class; raises Http404 elsewhere."""
    try:
        return assignment_for(user, public_id, action)
    except Assignment.DoesNotExist as unknown:
        raise Http404 from unknown
