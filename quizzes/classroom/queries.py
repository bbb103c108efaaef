"""What a class holds, seen from a member's place in it."""

from __future__ import annotations

from uuid import UUID

from accounts.models import User
from quizzes.classroom.models import Membership
from quizzes.classroom.rights import IN_AN_ARCHIVE, WHO_MAY, Action


def place_in(user: User, public_id: UUID, action: Action) -> Membership:
    """The user's place, with its class, in the class of that public id; one query.

    Raises Membership.DoesNotExist where they may not do `action` there: to strangers, to members of too small a role,
    to those who left, and, for what an archive does not allow, to everyone.
    """
    places = Membership.objects.select_related("klass").filter(
        user=user, klass__public_id=public_id, left_at=None, role__in=WHO_MAY[action]
    )
    if action not in IN_AN_ARCHIVE:
        places = places.filter(klass__archived_at=None)
    return places.get()
