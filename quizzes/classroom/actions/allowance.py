"""How many invitations leave by e-mail, and to whom none does.

An account that is new, or whose invitations many people refuse, sends few a day; the rest waits for the days after. A
mailbox gets one a week whoever invites it by whichever of its addresses, and none once its owner said so.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db.models import Count, Q
from django.db.models.functions import TruncDate
from django.utils.crypto import salted_hmac

from accounts.models import User
from quizzes.classroom.mailboxes import mailbox_of
from quizzes.classroom.models import EmailState, Invitation, UnwantedAddress

# E-mails a day by the account's age: the first day holds a class of forty, with room for mistakes.
_BY_AGE = ((timedelta(days=1), 50), (timedelta(days=7), 100), (timedelta(days=30), 300))
_GROWN_UP = 1000
# What is left to an account of whose invitations in _LOOK_BACK more than a quarter, and at least _MANY, were refused.
_DISTRUSTED = 10
_MANY = 5
_LOOK_BACK = timedelta(days=30)
_DAY = timedelta(days=1)
ONE_A = timedelta(days=7)
# These have taken, or will take, a place among a day's e-mails.
_COUNTED = (EmailState.PENDING, EmailState.ENQUEUED, EmailState.SENT, EmailState.FAILED, EmailState.REFUSED)


def moments_for(author: User, many: int, now: datetime) -> list[datetime]:
    """Returns when each of `many` further invitations of the author may leave, the earliest first; three queries.

    The first ones now, as far as the day (UTC) has room, the others at the same time on the days after.
    """
    taken, at = _taken(author, now), now
    distrusted = _is_distrusted(author, now)
    moments: list[datetime] = []
    while len(moments) < many:
        room = _a_day(author, at, distrusted=distrusted) - taken.get(at.astimezone(UTC).date(), 0)
        moments += [at] * min(max(room, 0), many - len(moments))
        at += _DAY
    return moments


def left_today(author: User, now: datetime) -> int:
    """Returns the number of more invitations of the author may leave on this day (UTC)."""
    room = _a_day(author, now, distrusted=_is_distrusted(author, now))
    return max(room - _taken(author, now).get(now.astimezone(UTC).date(), 0), 0)


def _a_day(author: User, at: datetime, *, distrusted: bool) -> int:
    if distrusted:
        return _DISTRUSTED
    age = at - author.joined_at
    return next((many for below, many in _BY_AGE if age < below), _GROWN_UP)


def _taken(author: User, now: datetime) -> dict[object, int]:
    start = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = (
        Invitation.objects.filter(author=author, write_at__gte=start, email_state__in=_COUNTED)
        .order_by()
        .values(day=TruncDate("write_at", tzinfo=UTC))
        .annotate(many=Count("pk"))
    )
    return {row["day"]: row["many"] for row in rows}


def _is_distrusted(author: User, now: datetime) -> bool:
    sent = Invitation.objects.filter(
        author=author,
        write_at__gt=now - _LOOK_BACK,
        email_state__in=(EmailState.SENT, EmailState.REFUSED),
    ).aggregate(
        all=Count("pk"),
        refused=Count("pk", filter=Q(declined_at__isnull=False) | Q(email_state=EmailState.REFUSED)),
    )
    refused: int = sent["refused"]
    return refused >= _MANY and 4 * refused > sent["all"]


def written_to_lately(rows: Iterable[Invitation], now: datetime) -> set[str]:
    """Of the mailboxes of these invitations, those that got another one's e-mail within ONE_A."""
    given = list(rows)
    found = Invitation.objects.filter(
        mailbox__in={row.mailbox for row in given},
        email_state__in=(EmailState.ENQUEUED, EmailState.SENT),
        write_at__gt=now - ONE_A,
    )
    return set(found.exclude(pk__in=[row.pk for row in given]).values_list("mailbox", flat=True))


def unwanted(addresses: Collection[str]) -> set[str]:
    """Returns those of the addresses whose mailbox asked never to be written to."""
    digests = {address: _digests(address) for address in addresses}
    asked = {digest for known in digests.values() for digest in known}
    found = set(UnwantedAddress.objects.filter(digest__in=asked).values_list("digest", flat=True))
    return {address for address, known in digests.items() if not found.isdisjoint(known)}


def is_unwanted(address: str) -> bool:
    """Returns whether the address asked never to be written to."""
    return bool(unwanted([address]))


def never_write_to(*, invitation: Invitation) -> None:
    """Notes that the invitation's mailbox wants no e-mail but those about an account; those on their way are
    stopped.
    """
    UnwantedAddress.objects.get_or_create(digest=_digests(invitation.email)[0])
    still = Invitation.objects.filter(
        mailbox=mailbox_of(invitation.email), membership=None, withdrawn_at=None
    )
    still.update(email_state=EmailState.REFUSED, email_error="")


def write_to_again(*, address: str) -> None:
    """Forgets that the address wanted no e-mail: whoever signs in with it wants them again."""
    UnwantedAddress.objects.filter(digest__in=_digests(address)).delete()


def _digests(address: str) -> list[str]:
    """Returns the keyed hash of the mailbox, by the present key first, then by those before it; then the same of the
    address.

    What was noted before mailboxes were told apart is the hash of an address.
    """
    return [
        salted_hmac("quizzes.classroom.unwanted", word, secret=key, algorithm="sha256").hexdigest()
        for word in (mailbox_of(address), address.strip().lower())
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    ]
