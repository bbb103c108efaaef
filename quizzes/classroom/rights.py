"""Who may do what in a class: one table. Lookups ask it, docs/rights.md and the tests are checked against it.

What someone may not do is not there for them: the answer is 404, for strangers and for members without the right.
"""

from __future__ import annotations

from enum import StrEnum

from quizzes.classroom.models import Membership

Role = Membership.Role

ALL = frozenset({Role.LEARNER, Role.ASSISTANT, Role.INSTRUCTOR, Role.OWNER})
TEACHING = frozenset({Role.ASSISTANT, Role.INSTRUCTOR, Role.OWNER})
LEADING = frozenset({Role.INSTRUCTOR, Role.OWNER})
OWNING = frozenset({Role.OWNER})


class Action(StrEnum):
    """What can be done in a class."""

    SEE_CLASS = "see the class and one's own work in it"
    LEAVE = "leave"
    SEE_MEMBERS = "see the members, groups and invitations"
    SEE_RESULTS = "see the learners' results"
    EXTEND = "give learners other dates"
    REPLY_TO_REPORTS = "reply to reports about questions"
    ADMIT = "invite, and open or close join links"
    GROUP = "make and change groups"
    ASSIGN = "assign, change and withdraw assignments"
    REMOVE_LEARNERS = "remove learners"
    EDIT = "change title, dates and zone"
    APPOINT = "change roles, remove those who teach"
    ARCHIVE = "archive and restore"
    TAKE_OVER = "become the owner where there is none"


# The table. Everyone else, staff included, may do nothing in a class they are not in.
WHO_MAY: dict[Action, frozenset[Role]] = {
    Action.SEE_CLASS: ALL,
    # An owner hands the class on first.
    Action.LEAVE: ALL - OWNING,
    Action.SEE_MEMBERS: TEACHING,
    Action.SEE_RESULTS: TEACHING,
    Action.EXTEND: TEACHING,
    Action.REPLY_TO_REPORTS: TEACHING,
    Action.ADMIT: LEADING,
    Action.GROUP: LEADING,
    Action.ASSIGN: LEADING,
    Action.REMOVE_LEARNERS: LEADING,
    Action.EDIT: LEADING,
    Action.APPOINT: OWNING,
    Action.ARCHIVE: OWNING,
    Action.TAKE_OVER: LEADING,
}

# What a class that was archived still allows: looking, leaving and being restored, by a new owner if it has none.
IN_AN_ARCHIVE = frozenset(
    {
        Action.SEE_CLASS,
        Action.LEAVE,
        Action.SEE_MEMBERS,
        Action.SEE_RESULTS,
        Action.ARCHIVE,
        Action.TAKE_OVER,
    }
)


def may(role: str, action: Action, *, archived: bool = False) -> bool:
    """Returns whether a member of that role may do it, in a class that is archived or not."""
    return role in WHO_MAY[action] and (not archived or action in IN_AN_ARCHIVE)


def allowed(place: Membership) -> frozenset[str]:
    """Returns the names, such as "ASSIGN", of what may be done from this place: pages show controls for these alone."""
    archived = place.classroom.archived_at is not None
    return frozenset(action.name for action in Action if may(place.role, action, archived=archived))


# What a learner is told before they join, and the bound of what any page shows to those who teach.
WHAT_INSTRUCTORS_SEE = (
    "your e-mail address, the name the roster has for you, and the day you joined",
    "of the questions this class assigns to you: which you have seen, when and what you answered, how it was marked",
    "how likely you are to know those questions now and on the day they are due or the class is examined",
    "on which days you studied them, and about how long",
    "what you write when you report a question of theirs",
)
WHAT_INSTRUCTORS_DO_NOT_SEE = (
    "questions that this class did not assign, other classes, and sets you joined by yourself",
    "your settings, your time zone and your minutes a day; only whether the assigned work fits into them",
    "anything at all once you leave; what you have learnt stays yours",
)
