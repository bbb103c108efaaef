"""The ways into a class: a link or its code, and invitations from a roster."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, QuerySet, Value, When

from accounts.models import User
from quizzes.classroom.actions import allowance
from quizzes.classroom.actions.assigning import hold, work_out
from quizzes.classroom.actions.auditing import note
from quizzes.classroom.actions.classes import ClassRefusedError, assignments_of
from quizzes.classroom.actions.emails import UNDER_WAY
from quizzes.classroom.mailboxes import mailbox_of
from quizzes.classroom.models import Classroom, EmailState, Group, Invitation, JoinLink, Membership
from quizzes.classroom.queries import addresses_in
from quizzes.classroom.rights import Role
from quizzes.classroom.roster import Fate, RosterRow, settle

# 32 signs that cannot be taken for one another on a board: no I, L, O, U.
CODE_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE_LENGTH = 8
INVITATION_DAYS = 60
MOST_INVITATIONS_A_DAY = 1500
_LOOK_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V", "-": None, " ": None})


@dataclass(frozen=True, slots=True)
class Invited:
    """What became of a roster: `many` invited, of whom `waiting` get their e-mail later, the last one at `until`.

    `unwanted`: so many are invited whose address wants no e-mail.
    """

    many: int
    waiting: int
    until: datetime | None
    unwanted: int


@transaction.atomic
def open_link(*, classroom: Classroom, author: User, days: int, max_uses: int, now: datetime) -> JoinLink:
    """Makes a new link and code; those before it end."""
    hold(classroom)
    classroom.join_links.filter(closed_at=None).update(closed_at=now)
    note(classroom, author, "opened a join link", now, detail=f"{days} days, {max_uses} uses")
    return JoinLink.objects.create(
        classroom=classroom,
        token=secrets.token_urlsafe(32),
        code="".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH)),
        expires_at=now + timedelta(days=days),
        max_uses=max_uses,
        author=author,
        created_at=now,
    )


def reopen_link(*, classroom: Classroom, actor: User, now: datetime) -> JoinLink | None:
    """Opens the link again that was closed last. Returns None when it has run out or another one is open."""
    with transaction.atomic():
        hold(classroom)
        last = classroom.join_links.order_by("-created_at", "-pk").first()
        if last is None or last.closed_at is None or last.expires_at <= now or last.uses >= last.max_uses:
            return None
        classroom.join_links.filter(pk=last.pk).update(closed_at=None)
        note(classroom, actor, "opened the join link again", now)
        return last


def close_links(*, classroom: Classroom, actor: User, now: datetime) -> None:
    """Closes all links: nobody joins by link or code any more."""
    if classroom.join_links.filter(closed_at=None).update(closed_at=now):
        note(classroom, actor, "closed the join link", now)


def code_as_stored(typed: str) -> str:
    """Returns the code meant by what was typed: capitals, no blanks and hyphens, look-alikes replaced."""
    return typed.upper().translate(_LOOK_ALIKE)[: CODE_LENGTH + 1]


@transaction.atomic
def invite(*, classroom: Classroom, rows: Iterable[RosterRow], author: User, now: datetime) -> Invited:
    """Invites the NEW rows. Groups they name are made where they are missing.

    Who came in or was invited since the rows were settled is left alone. E-mails beyond the author's allowance leave on
    the days after (`allowance.moments_for`). Raises ClassRefusedError when the author would have invited more than
    MOST_INVITATIONS_A_DAY people within a day.
    """
    hold(classroom)
    # The allowance is the account's, over all its classes: one roster of it at a time.
    User.objects.select_for_update(no_key=True).get(pk=author.pk)
    known = addresses_in(classroom, now)
    new = [row for row in settle(rows, known, again=True) if row.fate is Fate.NEW]
    lately = Invitation.objects.filter(author=author, created_at__gt=now - timedelta(days=1)).count()
    if lately + len(new) > MOST_INVITATIONS_A_DAY:
        raise ClassRefusedError(
            f"One account can invite {MOST_INVITATIONS_A_DAY:,} people a day. Invite the others tomorrow."
        )
    groups = _groups(classroom, [row.group for row in new if row.group])
    Invitation.objects.filter(
        classroom=classroom, email__in=[row.email for row in new], membership=None, withdrawn_at=None
    ).update(withdrawn_at=now)
    unwanted = allowance.unwanted([row.email for row in new])
    moments = iter(allowance.moments_for(author, len(new) - len(unwanted), now))
    made = []
    for row in new:
        write_at = now if row.email in unwanted else next(moments)
        made.append(
            Invitation(
                classroom=classroom,
                email=row.email,
                mailbox=mailbox_of(row.email),
                name=row.name,
                group=groups.get(row.group.lower()),
                token=secrets.token_urlsafe(32),
                author=author,
                created_at=now,
                expires_at=write_at + timedelta(days=INVITATION_DAYS),
                email_state=EmailState.REFUSED if row.email in unwanted else EmailState.PENDING,
                write_at=write_at,
            )
        )
    Invitation.objects.bulk_create(made)
    if new:
        note(classroom, author, "invited", now, detail=f"{len(new)} people")
    later = [one.write_at for one in made if one.write_at > now]
    return Invited(len(made), len(later), max(later, default=None), len(unwanted))


def withdraw_invitation(*, invitation: Invitation, actor: User, now: datetime) -> bool:
    """Ends an invitation nobody used. Returns False when it had ended before."""
    ended = _open_invitations().filter(pk=invitation.pk).update(withdrawn_at=now, email_state=_unsent())
    if ended:
        note(invitation.classroom, actor, "withdrew an invitation", now)
    return bool(ended)


def decline(*, invitation: Invitation, now: datetime) -> bool:
    """Declines an invitation. Returns False when it had ended before."""
    open_still = _open_invitations().filter(pk=invitation.pk)
    return bool(open_still.update(withdrawn_at=now, declined_at=now, email_state=_unsent()))


@transaction.atomic
def take_back_no(*, invitation: Invitation, now: datetime) -> bool:
    """Takes a refusal back. Returns False when the invitation expired, is another's now, or was not declined."""
    hold(invitation.classroom)
    other = _open_invitations().filter(classroom=invitation.classroom, email__iexact=invitation.email)
    if other.exists():
        return False
    declined = Invitation.objects.filter(
        pk=invitation.pk,
        declined_at__isnull=False,
        membership=None,
        expires_at__gt=now,
        classroom__archived_at=None,
    )
    return bool(declined.update(withdrawn_at=None, declined_at=None))


@transaction.atomic
def join_by_link(*, link: JoinLink, user: User, now: datetime) -> Membership:
    """Makes the user a learner; a member stays. Raises ClassRefusedError when the link has ended meanwhile."""
    hold(link.classroom)
    place = Membership.objects.filter(classroom=link.classroom, user=user, left_at=None).first()
    if place is not None:
        return place
    open_still = JoinLink.objects.filter(
        pk=link.pk, closed_at=None, expires_at__gt=now, uses__lt=F("max_uses"), classroom__archived_at=None
    )
    if not open_still.update(uses=F("uses") + 1):
        raise ClassRefusedError("This link has expired or was used as often as it may be. Ask for a new one.")
    # Someone on the roster who came by the code is the one who was invited.
    invitation = _open_invitations().filter(classroom=link.classroom, email=user.email).first()
    return _take_in(link.classroom, user, invitation, now)


@transaction.atomic
def accept(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Makes the user the invited learner. Raises ClassRefusedError when the invitation has ended meanwhile."""
    hold(invitation.classroom)
    still = _open_invitations().filter(pk=invitation.pk, expires_at__gt=now, classroom__archived_at=None)
    place = Membership.objects.filter(classroom=invitation.classroom, user=user, left_at=None).first()
    if place is not None:
        return place
    if not still.exists():
        raise ClassRefusedError("This invitation has ended. Ask whoever teaches the class for a new one.")
    return _take_in(invitation.classroom, user, invitation, now)


def _take_in(classroom: Classroom, user: User, invitation: Invitation | None, now: datetime) -> Membership:
    """Gives someone who is not in the class a learner's place, with what is assigned."""
    name = invitation.name if invitation else ""
    place, _ = Membership.objects.update_or_create(
        classroom=classroom,
        user=user,
        defaults={
            "role": Role.LEARNER,
            "joined_at": now,
            "left_at": None,
            **({"name": name} if name else {}),
        },
    )
    place.classroom = classroom
    if invitation is not None:
        Invitation.objects.filter(pk=invitation.pk).update(membership=place, email_state=_unsent())
        if invitation.group is not None:
            invitation.group.members.add(place)
    work_out(assignments_of(classroom), now=now, members=[place])
    return place


def _open_invitations() -> QuerySet[Invitation]:
    return Invitation.objects.filter(membership=None, withdrawn_at=None)


def _unsent() -> Case:
    """Returns the e-mail state of an invitation that ends, by the row at that moment, for it may just leave."""
    return Case(When(email_state__in=UNDER_WAY, then=Value(EmailState.CANCELLED)), default=F("email_state"))


def _groups(classroom: Classroom, titles: list[str]) -> dict[str, Group]:
    """Returns the class's groups of these titles, whatever their case, by title in lower case."""
    there = {group.title.lower(): group for group in Group.objects.filter(classroom=classroom)}
    missing = {title.lower(): title for title in reversed(titles) if title.lower() not in there}
    made = Group.objects.bulk_create(Group(classroom=classroom, title=title) for title in missing.values())
    return there | {group.title.lower(): group for group in made}
