"""Assignments: giving a set, seeing it, changing its dates, other dates for some."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import SeeOther, SignedInRequest
from quizzes.bank.api import SetRefusedError, asking
from quizzes.bank.models import QuestionSet, Topic
from quizzes.classroom import actions, queries, rights
from quizzes.classroom.assignable import choices_for, set_of
from quizzes.classroom.assignees import ONLY, AssigneeFilter, assigned_in
from quizzes.classroom.assignment_forms import AssignForm, ExtensionForm, TermsForm
from quizzes.classroom.models import Assignee, Assignment, Extension, Membership
from quizzes.classroom.rights import Action
from quizzes.classroom.views.confirmation import ConfirmationPage, ask_to_confirm
from quizzes.classroom.views.shortcuts import assignment_or_404, place_or_404
from quizzes.classroom.wording import counted
from quizzes.classroom.work import work_with_progress

LEARNERS_A_PAGE = 50
QUESTIONS_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def assign(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Gives a set or a topic to the class, to groups or to single learners."""
    now = timezone.now()
    classroom = place_or_404(request.user, public_id, Action.ASSIGN).classroom
    form = AssignForm(
        request.POST if request.method == "POST" else None,
        sources=choices_for(request.user),
        zone=classroom.time_zone,
        now=now,
        groups=queries.groups_of(classroom),
        learners=queries.learners_of(classroom),
        initial={"source": request.GET.get("source", "")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            # A set made of a topic goes with the assignment, where nothing comes of that.
            with transaction.atomic():
                question_set = set_of(form.cleaned_data["source"], user=request.user, now=now)
                assignment = actions.assign(
                    classroom=classroom,
                    question_set=question_set,
                    title=form.cleaned_data["title"] or question_set.title,
                    terms=form.terms(),
                    author=request.user,
                    now=now,
                    groups=form.groups(),
                    members=form.members(),
                    key=form.cleaned_data["key"],
                )
        except actions.AssignedBeforeError as before:
            return SeeOther(reverse("quizzes:assignment", args=[before.assignment.public_id]))
        except SetRefusedError as refusal:
            form.add_error("source", str(refusal))
        except (QuestionSet.DoesNotExist, Topic.DoesNotExist):
            form.add_error("source", "This set is no longer there. Choose another one.")
        except actions.NothingToAssignError:
            form.add_error(
                "source", "It holds no question that can be asked now. Add some, or choose another one."
            )
        else:
            messages.success(request, f"“{assignment.title}” is assigned.")
            return SeeOther(reverse("quizzes:assignment", args=[assignment.public_id]))
    context = {"classroom": classroom, "form": form}
    return render(request, "quizzes/classroom/assign.html", context, status=422 if form.errors else 200)


@require_safe
def assignment(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Shows an assignment: to those who teach with every learner's dates, to a learner as their own."""
    try:
        given = queries.assignment_for(request.user, public_id, Action.SEE_RESULTS)
    except Assignment.DoesNotExist:
        return _own(request, public_id)
    return _overview(request, given, ExtensionForm(assignment=given, now=timezone.now()), status=200)


def _own(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    now = timezone.now()
    try:
        assignee = queries.work_of(request.user, public_id, now)
    except Assignee.DoesNotExist as unknown:
        if (present := queries.renamed(request.user, public_id, now)) is None:
            raise Http404 from unknown
        return redirect("quizzes:assignment", present, permanent=True)
    mine = Assignee.objects.filter(pk=assignee.pk).select_related("assignment__classroom")
    context = {"work": work_with_progress(mine, request.user)[0], "classroom": assignee.assignment.classroom}
    return render(request, "quizzes/classroom/my_assignment.html", context)


def _overview(
    request: SignedInRequest, given: Assignment, form: ExtensionForm, *, status: int
) -> HttpResponse:
    now = timezone.now()
    place = place_or_404(request.user, given.classroom.public_id, Action.SEE_RESULTS)
    everyone = assigned_in(given, now)
    asked = Paginator(queries.items_of(given), QUESTIONS_A_PAGE).get_page(request.GET.get("questions"))
    choice = AssigneeFilter.from_address(request.GET)
    chosen = choice.of(everyone, questions=asked.paginator.count)
    context = {
        "assignment": given,
        "classroom": given.classroom,
        "may": rights.allowed(place),
        "everyone": len(everyone),
        "short": sum(row.short > 0 for row in everyone),
        "choice": choice,
        "only": ONLY.items(),
        "groups": queries.groups_of(given.classroom),
        "page": Paginator(chosen, LEARNERS_A_PAGE).get_page(request.GET.get("page")),
        "coming": _coming(given, now),
        "asked": asked,
        "prompts": [
            (asking.prompt(item.question.current.spec), item.question)
            for item in asked
            if item.question.current
        ],
        "form": form,
        "ticked": set(request.POST.getlist("member")),
        "all_ticked": bool(request.POST.get("all")),
        "here": reverse("quizzes:assignment", args=[given.public_id]),
    }
    return render(request, "quizzes/classroom/assignment.html", context, status=status)


def _coming(given: Assignment, now: datetime) -> int:
    """Returns how many are still to come who get the assignment with their place in the class."""
    if not given.for_everyone or given.withdrawn_at or given.classroom.archived_at:
        return 0
    return queries.invitations_of(given.classroom).filter(expires_at__gt=now).count()


@require_http_methods(["GET", "HEAD", "POST"])
def assignment_terms(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Changes title, dates, goal and late policy for everyone without other dates."""
    now = timezone.now()
    given = assignment_or_404(request.user, public_id, Action.ASSIGN)
    if given.withdrawn_at is not None:
        return _nobodys(request, given)
    form = TermsForm(request.POST if request.method == "POST" else None, assignment=given, now=now)
    if request.method == "POST" and form.is_valid():
        actions.change_terms(
            assignment=given,
            title=form.cleaned_data["title"] or given.title,
            terms=form.terms(),
            actor=request.user,
            now=now,
        )
        messages.success(request, "Saved. Learners with other dates keep those.")
        return SeeOther(reverse("quizzes:assignment", args=[public_id]))
    context = {"classroom": given.classroom, "assignment": given, "form": form}
    return render(
        request, "quizzes/classroom/assignment_terms.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks, then withdraws the assignment; or gives it back."""
    given = assignment_or_404(request.user, public_id, Action.ASSIGN)
    now = timezone.now()
    here = reverse("quizzes:assignment", args=[public_id])
    if request.method != "POST":
        return SeeOther(here) if given.withdrawn_at else ask_to_confirm(request, _withdrawing(given))
    if request.POST.get("do") == "give-back":
        actions.give_back_assignment(assignment=given, actor=request.user, now=now)
        past = (
            " Its due date has passed meanwhile: change it if it is to be worked on."
            if given.due_at < now
            else ""
        )
        messages.success(
            request, f"“{given.title}” is restored, with its dates and results as they were.{past}"
        )
    else:
        actions.withdraw_assignment(assignment=given, actor=request.user, now=now)
        messages.success(
            request, f"“{given.title}” is withdrawn. Its results are kept, and you can restore it."
        )
    return SeeOther(here)


def _withdrawing(given: Assignment) -> ConfirmationPage:
    learners, answers = queries.answered_of(given)
    has = "has" if learners == 1 else "have"
    return ConfirmationPage(
        title=f"Withdraw “{given.title}”?",
        says=[
            (
                f"{counted(learners, 'learner')} {has} it; {counted(answers, 'answer')} so far, counting each "
                "learner and question once."
            ),
            "From then on nobody is asked for it. No e-mail is sent; for a week, Today tells those who had it.",
            "Answers stay with the learners. You find the results in the gradebook, under “Withdrawn”.",
            "You can restore it at any time, with its questions, its dates and the other dates of single learners.",
        ],
        button="Withdraw it",
        action=reverse("quizzes:withdraw_assignment", args=[given.public_id]),
        back=reverse("quizzes:assignment", args=[given.public_id]),
        classroom=given.classroom,
    )


@require_POST
def extensions(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Gives the learners that were chosen other dates, with a reason."""
    given = assignment_or_404(request.user, public_id, Action.EXTEND)
    if given.withdrawn_at is not None:
        return _nobodys(request, given)
    now = timezone.now()
    form = ExtensionForm(request.POST, assignment=given, now=now)
    chosen = _learners(request, given, now)
    if not form.is_valid() or not chosen:
        if not chosen:
            form.add_error(None, "Tick the learners first.")
        return _overview(request, given, form, status=422)
    many = actions.extend(
        assignment=given,
        members=chosen,
        reason=form.cleaned_data["reason"],
        author=request.user,
        now=now,
        **form.moments(),
    )
    messages.success(request, f"Other dates for {many} learner{'' if many == 1 else 's'}.")
    return _back(request, given)


@require_POST
def end_extension(request: SignedInRequest, public_id: UUID, extension_id: UUID) -> HttpResponse:
    """Lets the assignment's own dates hold again for one learner."""
    given = assignment_or_404(request.user, public_id, Action.EXTEND)
    found = Extension.objects.select_related("assignment__classroom", "membership").filter(
        assignment=given, public_id=extension_id
    )
    extension = found.first()
    if extension is None:
        raise Http404
    actions.end_extension(given=extension, actor=request.user, now=timezone.now())
    messages.success(request, "The assignment’s own dates hold again.")
    return _back(request, given)


def _nobodys(request: SignedInRequest, given: Assignment) -> HttpResponse:
    messages.warning(request, "This assignment is withdrawn: it has no dates to change any more.")
    return SeeOther(reverse("quizzes:assignment", args=[given.public_id]))


def _back(request: SignedInRequest, given: Assignment) -> SeeOther:
    """Leads to the assignment, with the learners whom the address asks for."""
    here = reverse("quizzes:assignment", args=[given.public_id])
    return SeeOther(f"{here}{AssigneeFilter.from_address(request.GET).address}")


def _learners(request: SignedInRequest, given: Assignment, now: datetime) -> list[Membership]:
    """Returns those who were ticked, or all whom the address asks for, on whatever page they are."""
    if request.POST.get("all"):
        questions = queries.items_of(given).count()
        rows = AssigneeFilter.from_address(request.GET).of(assigned_in(given, now), questions=questions)
        return list(Membership.objects.filter(pk__in=[row.membership for row in rows]).order_by("pk"))
    ids = []
    for text in request.POST.getlist("member"):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    assigned = Assignee.objects.filter(assignment=given, membership__left_at=None).values("membership")
    return list(Membership.objects.filter(pk__in=assigned, public_id__in=ids).order_by("pk"))
