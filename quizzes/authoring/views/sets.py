"""Sets of questions: the list, making and ordering one, rules, looking at it, printing it, joining a public one."""

from __future__ import annotations

from typing import get_args
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import SeeOther, SignedInRequest, limited
from quizzes.authoring import actions, queries
from quizzes.authoring.forms import QuestionSearchForm, RuleForm, SetForm
from quizzes.bank.api import (
    LEVELS,
    Filters,
    Stored,
    asking,
    matching,
    questions_for,
    resolve,
    secret_seed,
    set_questions,
    sets,
    topics_of,
)
from quizzes.bank.models import Question, QuestionSet, SetItem
from quizzes.classroom.api import (
    ConfirmationPage,
    ask_to_confirm,
    assigned_questions,
    classes_led_by,
    colleagues_of,
    counted,
    sets_for,
    sizes_of,
)
from quizzes.review.api import note_keys_shown, settings_of

A_PAGE = 25
SETS_A_PAGE = 50
# What moves a question within its set.
_PLACE = "place"
_MOVES = {_PLACE, *get_args(sets.Direction)}


@require_safe
def sets_page(request: SignedInRequest) -> HttpResponse:
    """One's own sets, those of colleagues, and public ones that can be joined."""
    found = sets_for(request.user)
    mine = list(found.filter(owner=request.user))
    others = found.exclude(pk__in=[one.pk for one in mine])
    page = Paginator(others, SETS_A_PAGE).get_page(request.GET.get("page"))
    sizes = sizes_of([*mine, *page])
    joined = queries.joined_sets(request.user)
    colleagues = set(colleagues_of(request.user).values_list("pk", flat=True))
    context = {
        "mine": [(one, sizes[one.pk]) for one in mine],
        "page": page,
        "others": [
            (one, sizes[one.pk], one.public_id in joined, queries.maker_of(one, colleagues)) for one in page
        ],
    }
    return render(request, "quizzes/authoring/sets.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new_set(request: SignedInRequest) -> HttpResponse:
    """Begins a set."""
    form = SetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = sets.create_set(
                owner=request.user,
                title=said["title"],
                about=said["about"],
                visibility=said["visibility"],
                now=timezone.now(),
            )
        except sets.SetRefusedError as refusal:
            form.add_error("visibility", str(refusal))
        else:
            return SeeOther(reverse("quizzes:set", args=[made.public_id]))
    return render(
        request, "quizzes/authoring/new_set.html", {"form": form}, status=422 if form.errors else 200
    )


@require_safe
@limited("search")
def set_page(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """A set: to its owner with all that changes it and a search of the bank, to others to look at, copy or join."""
    shown = _visible(request, public_id)
    topics = topics_of(questions_for(request.user))
    titles = {topic.slug: topic.title for topic in topics}
    context = {
        "set": shown,
        "questions": _listed(set_questions(shown)),
        "rules": [(rule, Filters.of(rule.filters).in_words(titles)) for rule in shown.rules.order_by("pk")],
        "is_mine": shown.owner_id == request.user.pk,
        "is_joined": shown.public_id in queries.joined_sets(request.user),
        "classes": classes_led_by(request.user).order_by("title"),
    }
    if not context["is_mine"]:
        return render(request, "quizzes/authoring/set.html", context)
    form = QuestionSearchForm(request.GET, topics=topics)
    form.is_valid()
    found = _search(request, shown, form.filters())
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context |= {
        "form": form,
        "rule_form": RuleForm(topics=topics, auto_id="rule_%s"),
        "page": page,
        "found": _listed(list(page.object_list)),
        "address": _without_page(request.GET),
        "searching": bool(request.GET),
        "settings": SetForm(instance=shown),
    }
    template = "quizzes/authoring/set_editor.html"
    return render(request, f"{template}#found" if request.htmx else template, context)


@require_POST
def change_set(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What the editor's buttons do: add, remove, unrule; up, down, first, last, and placing one before another."""
    mine = _mine(request, public_id)
    do = request.POST.get("do", "")
    address = request.POST.get("address", "")
    here = reverse("quizzes:set", args=[public_id]) + (f"?{address}" if address else "")
    if do not in _MOVES:
        _put_in_or_take_out(request, mine, do)
        return SeeOther(here + ("#found" if do == "add" else "#questions"))
    moved = next(iter(_ids(request, "question")), None)
    try:
        _move(request, mine, moved, do)
    except SetItem.DoesNotExist as unknown:
        raise Http404 from unknown
    if not request.htmx:
        return SeeOther(f"{here}#question-{moved}")
    listed = _listed(set_questions(mine))
    place = next((n for n, one in enumerate(listed, start=1) if one["id"] == moved), None)
    context = {"set": mine, "questions": listed, "address": address, "place": place}
    return render(request, "quizzes/authoring/set_editor.html#chosen", context)


def _put_in_or_take_out(request: SignedInRequest, mine: QuestionSet, do: str) -> None:
    now = timezone.now()
    match do:
        case "add":
            try:
                many = sets.add_questions(question_set=mine, public_ids=_ids(request, "question"), now=now)
            except sets.SetRefusedError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, f"{many} question{'' if many == 1 else 's'} added.")
        case "remove":
            for one in _ids(request, "question"):
                sets.remove_question(question_set=mine, public_id=one, now=now)
        case "unrule":
            for one in _ids(request, "rule"):
                sets.remove_rule(question_set=mine, public_id=one, now=now)
        case _:
            raise Http404


def _move(request: SignedInRequest, mine: QuestionSet, moved: UUID | None, do: str) -> None:
    """Moves a question as asked. Raises SetItem.DoesNotExist for one that is not in the set."""
    now = timezone.now()
    if do == _PLACE:
        before = next(iter(_ids(request, "before")), None)
        sets.place_question(question_set=mine, public_id=moved, before=before, now=now)
    else:
        sets.move_question(question_set=mine, public_id=moved, direction=do, now=now)  # type: ignore[arg-type]


@require_POST
def add_rule(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Lets the set pick more questions by rule."""
    mine = _mine(request, public_id)
    form = RuleForm(request.POST, topics=topics_of(questions_for(request.user)))
    if not form.is_valid():
        messages.error(request, " ".join(str(fault) for faults in form.errors.values() for fault in faults))
    else:
        try:
            sets.add_rule(
                question_set=mine, filters=form.filters(), pick=form.cleaned_data["pick"], now=timezone.now()
            )
        except sets.SetRefusedError as refusal:
            messages.error(request, str(refusal))
    return SeeOther(reverse("quizzes:set", args=[public_id]) + "#rules")


@require_POST
def set_settings(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Changes what a set is called and who may see it."""
    mine = _mine(request, public_id)
    form = SetForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            with transaction.atomic():
                sets.save_set(
                    question_set=mine,
                    title=said["title"],
                    about=said["about"],
                    visibility=said["visibility"],
                    now=timezone.now(),
                )
                gone = actions.let_go_of_set(question_set=mine)
            told = f" {counted(gone, 'learner')} had joined it: its questions come to them no longer before others."
            messages.success(request, f"Saved.{told if gone else ''}")
        except sets.SetRefusedError as refusal:
            messages.error(request, str(refusal))
    else:
        messages.error(request, "Give the set a title.")
    return SeeOther(reverse("quizzes:set", args=[public_id]))


@require_POST
def duplicate(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Makes a copy that is one's own."""
    copy = sets.duplicate_set(
        question_set=_visible(request, public_id), owner=request.user, now=timezone.now()
    )
    messages.success(request, "This copy is yours.")
    return SeeOther(reverse("quizzes:set", args=[copy.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks once more, then delete a set."""
    mine = _mine(request, public_id)
    if request.method == "POST":
        with transaction.atomic():
            actions.let_go_of_set(question_set=mine, is_going=True)
            sets.delete_set(question_set=mine)
        messages.success(request, f"“{mine.title}” is deleted. What was assigned from it stays assigned.")
        return SeeOther(reverse("quizzes:sets"))
    joined = queries.joined_by(mine)
    return ask_to_confirm(
        request,
        ConfirmationPage(
            title=f"Delete “{mine.title}”?",
            says=[
                "What was assigned from it stays assigned; the questions stay in the bank.",
                f"{counted(joined, 'learner')} joined it: its questions come to them no longer before others."
                if joined
                else "Nobody has joined it.",
                "The selection, its order and its rules cannot be brought back.",
            ],
            button="Delete the set",
            action=reverse("quizzes:delete_set", args=[public_id]),
            back=reverse("quizzes:set", args=[public_id]),
        ),
    )


@require_safe
def preview(request: SignedInRequest, public_id: UUID, question_id: UUID) -> HttpResponse:
    """A question as a learner sees it; from a set one may see, or from the bank for one's own."""
    shown = _visible(request, public_id)
    question = _question_seen_from(request, shown, question_id)
    if question.current is None:
        raise Http404
    spec = question.current.spec
    ask_to_confirm = asking.ask(spec, asking.present(spec, seed=_seed(shown, question)))
    following = _following(shown, question)
    context = {
        "set": shown,
        "question": question,
        "ask": ask_to_confirm,
        "following": following,
    } | ask_to_confirm
    return render(request, "quizzes/authoring/preview.html", context)


@require_safe
@limited("print", in_turn=True)
def printed(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The whole set on paper: questions as they are asked and, for its owner and if wanted, the answers after them."""
    shown = _visible(request, public_id)
    is_mine = shown.owner_id == request.user.pk
    wanted = is_mine and "answers" in request.GET
    picked = resolve(shown, assigned=(), seed=str(shown.public_id))
    found = {q.pk: q for q in Question.objects.filter(pk__in=picked).select_related("topic", "current")}
    if wanted:
        note_keys_shown(user=request.user, questions=list(found), now=timezone.now())
    drawn = [
        (current.spec, asking.present(current.spec, seed=_seed(shown, found[pk])))
        for pk in picked
        if (current := found[pk].current) is not None
    ]
    context = {
        "set": shown,
        "is_mine": is_mine,
        "asked": [asking.ask(spec, presented) for spec, presented in drawn],
        "answers": [_answer(spec, presented) for spec, presented in drawn] if wanted else [],
    }
    return render(request, "quizzes/authoring/printed_set.html", context)


def _seed(shown: QuestionSet, question: Question) -> str:
    """Returns what a set's question is drawn with, in its preview and on paper alike."""
    return secret_seed("set", shown.public_id, question.public_id)


def _answer(spec: Stored, presented: Stored) -> dict[str, str]:
    """Returns the right answer as whoever did not know it is shown it."""
    said = asking.feedback(spec, presented, {}, asking.mark(spec, presented, {}))
    return {"shown": render_to_string(said["feedback_template"], said), "prompt": said["prompt"]}


@require_POST
def join_set(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Lets a public set's questions come before the rest of the bank, or no longer."""
    now = timezone.now()
    if request.POST.get("do") == "leave":
        if public_id not in queries.joined_sets(request.user):
            raise Http404
        actions.leave_set(user=request.user, public_id=public_id)
        messages.success(request, "Its questions no longer come before others. What you have learnt stays.")
        return SeeOther(reverse("quizzes:sets"))
    shown = _visible(request, public_id)
    many = actions.join_set(user=request.user, question_set=shown, now=now)
    said = f"{many} questions of “{shown.title}” come to you before the rest of the bank."
    if settings_of(user=request.user, now=now).new_per_day == 0:
        said += " You begin no new questions: your settings say 0 a day."
    messages.success(request, said)
    return SeeOther(reverse("quizzes:set", args=[public_id]))


# --- lookups --------------------------------------------------------------------------------------------------------


def _visible(request: SignedInRequest, public_id: UUID) -> QuestionSet:
    try:
        return sets_for(request.user).get(public_id=public_id)
    except QuestionSet.DoesNotExist as unknown:
        raise Http404 from unknown


def _mine(request: SignedInRequest, public_id: UUID) -> QuestionSet:
    found = (
        QuestionSet.objects.select_related("owner").filter(owner=request.user, public_id=public_id).first()
    )
    if found is None:
        raise Http404
    return found


def _question_seen_from(request: SignedInRequest, shown: QuestionSet, question_id: UUID) -> Question:
    found = set_questions(shown).filter(public_id=question_id).first()
    if found is None:
        found = questions_for(request.user).filter(public_id=question_id).first()
    if found is None:
        raise Http404
    return found


def _following(shown: QuestionSet, question: Question) -> UUID | None:
    order = list(set_questions(shown).values_list("pk", "public_id"))
    at = next((n for n, (pk, _) in enumerate(order) if pk == question.pk), None)
    return order[at + 1][1] if at is not None and at + 1 < len(order) else None


def _search(request: SignedInRequest, shown: QuestionSet, filters: Filters) -> QuerySet[Question]:
    found = matching(questions_for(request.user), filters).exclude(
        Exists(SetItem.objects.filter(question_set=shown, question=OuterRef("pk")))
    )
    if filters.unassigned:
        assigned = assigned_questions(to=classes_led_by(request.user))
        found = found.exclude(Exists(assigned.filter(question=OuterRef("pk"))))
    return found


def _listed(questions: QuerySet[Question] | list[Question]) -> list[dict[str, object]]:
    """Returns questions as a list shows them."""
    return [
        {
            "id": question.public_id,
            "prompt": asking.prompt(question.current.spec),
            "topic": question.topic.title,
            "kind": asking.label(question.kind),
            "level": LEVELS[question.level],
        }
        for question in questions
        if question.current is not None
    ]


def _ids(request: SignedInRequest, name: str) -> list[UUID]:
    found = []
    for text in request.POST.getlist(name):
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _without_page(asked: QueryDict) -> str:
    kept = asked.copy()
    kept.pop("page", None)
    return kept.urlencode()
