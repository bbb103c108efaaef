"""The members of a class, and what is done to many of them at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.api import SeeOther, SignedInRequest, fault_of_line
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.models import Classroom, Group, Invitation, Membership
from quizzes.classroom.rights import Action, Role
from quizzes.classroom.views.confirmation import ConfirmationPage, ask_to_confirm
from quizzes.classroom.views.shortcuts import place_or_404
from quizzes.classroom.wording import counted

MEMBERS_A_PAGE = 50

# What the buttons under the list do, and the right it takes.
_RIGHTS = {
    "remove": Action.REMOVE_LEARNERS,
    "group": Action.GROUP,
    "ungroup": Action.GROUP,
    "delete-group": Action.GROUP,
    "role": Action.APPOINT,
    "withdraw": Action.ADMIT,
}


@require_http_methods(["GET", "HEAD", "POST"])
def members(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows everyone in the class and everyone invited, with what can be done to those that are chosen."""
    if request.method == "POST":
        return _do(request, public_id)
    place = place_or_404(request.user, public_id, Action.SEE_MEMBERS)
    return render(request, "quizzes/classroom/members.html", _context(request, place))


def _context(request: SignedInRequest, place: Membership) -> dict[str, object]:
    name, group = request.GET.get("name", "")[:100].strip(), _uuid(request.GET.get("group", ""))
    found = [
        member
        for member in queries.members_of(place.classroom)
        if name.casefold() in f"{member.name} {member.user.email}".casefold()
        and (group is None or any(one.public_id == group for one in member.groups.all()))
    ]
    return {
        "classroom": place.classroom,
        "now": timezone.now(),
        "place": place,
        "may": rights.allowed(place),
        "page": Paginator(found, MEMBERS_A_PAGE).get_page(request.GET.get("page")),
        "name": name,
        "group": group,
        "invitations": queries.invitations_of(place.classroom),
        "groups": queries.groups_of(place.classroom),
        "roles": Role.choices,
    }


def _do(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    what = request.POST.get("do", "")
    if what not in _RIGHTS:
        raise Http404
    place = place_or_404(request.user, public_id, _RIGHTS[what])
    now = timezone.now()
    chosen = _chosen(request, place.classroom)
    here = request.get_full_path()
    if what in ("group", "remove", "role") and not chosen:
        messages.warning(request, "Tick the members first, then say what to do with them.")
        return SeeOther(here)
    if "confirm" not in request.POST and (question := _question(request, place, what, chosen)) is not None:
        return ask_to_confirm(request, question)
    deeds: dict[str, Callable[[SignedInRequest, Membership, list[Membership], datetime], None]] = {
        "remove": _remove,
        "role": _change_role,
        "withdraw": _withdraw,
        "group": _group,
        "ungroup": _group,
        "delete-group": _delete_group,
    }
    try:
        # All of the chosen or none: who reads a refusal need not find out who was dealt with before it.
        with transaction.atomic():
            deeds[what](request, place, chosen, now)
    except actions.ClassRefusedError as refusal:
        messages.error(request, str(refusal))
    return SeeOther(here)


def _question(
    request: SignedInRequest, place: Membership, what: str, chosen: list[Membership]
) -> ConfirmationPage | None:
    """Returns what is asked before this is done; None where it can be done at once, or is refused anyway."""
    classroom = place.classroom
    if what == "remove":
        return _removing(classroom, chosen)
    if what == "role" and request.POST.get("role") == Role.OWNER and len(chosen) == 1:
        return _handing_over(classroom, chosen[0])
    if what == "withdraw" and (waiting := list(_invitations(request, classroom))):
        return _withdrawing(classroom, waiting)
    if what == "delete-group" and (group := _group_meant(request, classroom)) is not None:
        return _deleting(classroom, group)
    return None


def _removing(classroom: Classroom, chosen: list[Membership]) -> ConfirmationPage:
    return _confirmation(
        classroom,
        "remove",
        title=f"Remove {counted(len(chosen), 'member')}?",
        listed=[queries.name_of(member) for member in chosen],
        says=[
            (
                "You see nothing of them any more, at once. Their assignments of this class end; what they "
                "have learnt stays theirs."
            ),
            (
                "To bring one back, invite them again or let them use the join link: results and other dates are "
                "there again, groups are not."
            ),
        ],
        button="Remove",
        fields=[("member", member.public_id) for member in chosen],
    )


def _handing_over(classroom: Classroom, owner: Membership) -> ConfirmationPage:
    return _confirmation(
        classroom,
        "role",
        title=f"Hand “{classroom.title}” over?",
        says=[
            f"{queries.name_of(owner)} owns the class from then on; you become a co-instructor.",
            "Only they can give it back to you, archive it or change roles.",
        ],
        button="Hand it over",
        fields=[("member", owner.public_id), ("role", Role.OWNER)],
    )


def _withdrawing(classroom: Classroom, waiting: list[Invitation]) -> ConfirmationPage:
    return _confirmation(
        classroom,
        "withdraw",
        title=f"Withdraw {counted(len(waiting), 'invitation')}?",
        listed=[invitation.name or invitation.email for invitation in waiting],
        says=[
            "Their links let nobody in any more, and what was not sent yet is not sent. No e-mail tells them.",
            "To undo it, invite them again under “Add learners”.",
        ],
        button="Withdraw",
        fields=[("invitation", invitation.public_id) for invitation in waiting],
    )


def _deleting(classroom: Classroom, group: Group) -> ConfirmationPage:
    alone = queries.assigned_to_group_alone(group)
    return _confirmation(
        classroom,
        "delete-group",
        title=f"Delete the group “{group.title}”?",
        says=[
            f"{counted(group.members.count(), 'learner')} of the group stay in the class.",
            (
                f"These were assigned to this group only and are nobody’s then: {', '.join(alone)}."
                if alone
                else "No assignment is for this group only."
            ),
            "It cannot be undone: make the group again, and assign to it again.",
        ],
        button="Delete the group",
        fields=[("id", group.public_id)],
    )


def _confirmation(
    classroom: Classroom,
    what: str,
    *,
    title: str,
    says: Sequence[str],
    button: str,
    fields: Sequence[tuple[str, object]],
    listed: Sequence[str] = (),
) -> ConfirmationPage:
    """Returns the page that asks before something is done to members, and leads back to them."""
    here = reverse("quizzes:members", args=[classroom.public_id])
    return ConfirmationPage(
        title=title,
        listed=listed,
        says=says,
        button=button,
        fields=[("confirm", "1"), ("do", what), *fields],
        action=here,
        back=here,
        classroom=classroom,
    )


def _invitations(request: SignedInRequest, classroom: Classroom) -> QuerySet[Invitation]:
    """Returns the ticked invitations of the class that still hold."""
    ids = {value for value in map(_uuid, request.POST.getlist("invitation")) if value}
    return queries.invitations_of(classroom).filter(public_id__in=ids).select_related("classroom")


def _group_meant(request: SignedInRequest, classroom: Classroom) -> Group | None:
    wanted = _uuid(request.POST.get("id", ""))
    return Group.objects.filter(classroom=classroom, public_id=wanted).first() if wanted else None


def _chosen(request: SignedInRequest, classroom: Classroom) -> list[Membership]:
    ids = {value for value in map(_uuid, request.POST.getlist("member")) if value}
    found = classroom.memberships.filter(public_id__in=ids, left_at=None).select_related("user")
    members = list(found.order_by("pk"))
    for member in members:
        member.classroom = classroom
    return members


def _remove(request: SignedInRequest, place: Membership, chosen: list[Membership], now: datetime) -> None:
    may_remove_teachers = rights.may(place.role, Action.APPOINT)
    gone = 0
    for member in chosen:
        if member.role != Role.LEARNER and not may_remove_teachers:
            raise actions.ClassRefusedError("Only the owner removes those who teach.")
        actions.remove_member(place=member, actor=request.user, now=now)
        gone += 1
    messages.success(
        request, f"{gone} removed. You see nothing of them any more; what they learnt stays theirs."
    )


def _change_role(request: SignedInRequest, _: Membership, chosen: list[Membership], now: datetime) -> None:
    role = request.POST.get("role", "")
    if role not in Role.values:
        raise actions.ClassRefusedError("Choose a role.")
    if role == Role.OWNER and len(chosen) != 1:
        raise actions.ClassRefusedError("A class has one owner: tick one member.")
    for member in chosen:
        actions.change_role(place=member, role=Role(role), actor=request.user, now=now)
    messages.success(
        request, f"{len(chosen)} {'is' if len(chosen) == 1 else 'are'} now {Role(role).label.lower()}."
    )


def _withdraw(request: SignedInRequest, place: Membership, _: list[Membership], now: datetime) -> None:
    ended = sum(
        actions.withdraw_invitation(invitation=invitation, actor=request.user, now=now)
        for invitation in list(_invitations(request, place.classroom))
    )
    messages.success(request, f"{ended} invitation{'' if ended == 1 else 's'} withdrawn.")


def _group(request: SignedInRequest, place: Membership, chosen: list[Membership], now: datetime) -> None:
    """Puts the chosen into a group, made if it is not there, or takes them out of it."""
    title = " ".join(request.POST.get("group", "").split())[:80]
    if fault := fault_of_line(title):
        raise actions.ClassRefusedError(f"The group’s name: {fault}")
    if not title:
        raise actions.ClassRefusedError("Write the group’s name: an existing one, or a new one.")
    group = Group.objects.filter(classroom=place.classroom, title__iexact=title).first()
    before = [] if group is None else list(group.members.all())
    learners = [member for member in chosen if member.role == Role.LEARNER]
    if request.POST["do"] == "ungroup":
        after = [member for member in before if member not in learners]
    else:
        after = [*before, *(member for member in learners if member not in before)]
    if group is None and not after:
        raise actions.ClassRefusedError("There is no such group.")
    saved = actions.save_group(
        classroom=place.classroom,
        group=group,
        title=group.title if group else title,
        members=after,
        actor=request.user,
        now=now,
    )
    messages.success(
        request, f"“{saved.title}” has {len(after)} learner{'' if len(after) == 1 else 's'} now."
    )


def _delete_group(request: SignedInRequest, place: Membership, _: list[Membership], now: datetime) -> None:
    group = _group_meant(request, place.classroom)
    if group is None:
        raise actions.ClassRefusedError("There is no such group.")
    group.classroom = place.classroom
    actions.delete_group(group=group, actor=request.user, now=now)
    messages.success(request, f"“{group.title}” is gone. Its learners stay in the class.")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
