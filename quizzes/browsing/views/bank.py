"""The pages of the bank: topics, what is found in them, a question with what the learner has had to do with it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import push_url

from accounts import drafts
from accounts.http import SeeOther, SignedInRequest
from accounts.limits import limited
from quizzes.bank.models import Question
from quizzes.bank.queries import topics_of
from quizzes.browsing import actions, finding, queries, showing
from quizzes.browsing.forms import FilterForm, NoteForm
from quizzes.review import unsent
from quizzes.review.mastery import mastery
from quizzes.review.queries import local_day


@require_safe
@limited("search")
def bank(request: SignedInRequest) -> HttpResponse:
    """Say what there is and what the learner knows of it; with words or filters, list what they find."""
    return _bank(request, {})


@require_safe
@limited("search")
def topic(request: SignedInRequest, slug: str) -> HttpResponse:
    """List a topic's questions, without answers; a topic without questions is not there."""
    known = mastery(request.user, timezone.now(), topic=slug)
    if not known:
        raise Http404
    return _bank(request, {"known": known[0]}, slug=slug)


def _bank(request: SignedInRequest, context: dict[str, Any], *, slug: str = "") -> HttpResponse:
    now = timezone.now()
    form = FilterForm(_within(request.GET, slug), topics=topics_of(queries.questions_for(request.user, now)))
    page = "quizzes/browsing/topic.html" if slug else "quizzes/browsing/bank.html"
    if not form.is_valid():
        status = 422
        address = ""
        context |= {"form": form}
    else:
        status = 200
        wanted = form.wanted
        # On a topic's own page the topic stands in the path.
        asked = replace(wanted, topic="") if slug else wanted
        address = asked.address
        context |= {
            "form": form,
            "wanted": wanted,
            "address": address,
            "narrowed": asked.fields.keys() - {"q"},
        }
        if slug or wanted.fields:
            found = finding.find(request.user, wanted, now, after=_uuid(request.GET.get("after", "")))
            context |= {"found": found, "title": wanted.in_words(_title(form, wanted.topic))}
        else:
            context |= {"topics": mastery(request.user, now)}
    if not request.htmx:
        return render(request, page, context, status=status)
    response = render(request, f"{page}#found", context, status=status)
    return push_url(response, request.path + address) if status == 200 else response


@require_safe
def question(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Show a question as it would be asked, and what the learner has had to do with it; its answer when asked for."""
    found = _question(request, public_id)
    if found.topic.slug != slug:
        return redirect(_address(found))
    return _question_page(request, found, answer_shown=request.GET.get("answer") == "shown")


@require_POST
def suspension(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:  # noqa: ARG001 -- the id says it all
    """Suspend the question, or bring it back."""
    found = _question(request, public_id)
    if request.POST.get("suspended") == "yes":
        actions.suspend(user=request.user, question=found, now=timezone.now())
        messages.success(request, "Suspended: you are not asked it until you bring it back.")
    else:
        actions.bring_back(user=request.user, question=found)
        messages.success(request, "Brought back: it is asked again when its time comes.")
    return SeeOther(_address(found))


@require_POST
def note(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:  # noqa: ARG001 -- the id says it all
    """Keep a note to self."""
    found = _question(request, public_id)
    form = NoteForm(request.POST)
    if not form.is_valid():
        return _question_page(request, found, note_form=form, status=422)
    text = form.cleaned_data["text"]
    actions.write_note(user=request.user, question=found, text=text, now=timezone.now())
    note_key = _note_key(request, found)
    drafts.forget(request, note_key)
    messages.success(request, "Your note is kept." if text else "There is no note now.", extra_tags=note_key)
    return SeeOther(f"{_address(found)}#note")


def _question_page(
    request: SignedInRequest,
    found: Question,
    *,
    answer_shown: bool = False,
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    today = local_day(request.user, now)
    standing = queries.standing(request.user, found, today)
    written = queries.note_of(request.user, found)
    exercise = actions.single_exercise(user=request.user, question=found)
    draft_key = showing.key_of(request.user.pk, exercise)
    typed = drafts.typed(request, draft_key, now)
    note_key = _note_key(request, found)
    note_typed = drafts.first_values(drafts.typed(request, note_key, now))
    context = showing.question(request.user, found, exercise=exercise, draft_key=draft_key, typed=typed) | {
        "answer_url": reverse("quizzes:attempt"),
        "standing": standing,
        "when": showing.when(standing, today=today),
        "history": showing.history(request.user, found),
        "written": written,
        "note_form": note_form or NoteForm(note_typed or {"text": written.text if written else ""}),
        "note_key": note_key,
        "note_restored": note_typed and note_form is None,
        "notice": unsent.HERE_AGAIN if typed else "",
        "answer_shown": answer_shown,
    }
    if answer_shown:
        context |= showing.answer(found)
    return render(request, "quizzes/browsing/question.html", context, status=status)


def _question(request: SignedInRequest, public_id: UUID) -> Question:
    try:
        return queries.question_for(request.user, public_id, timezone.now())
    except Question.DoesNotExist as unknown:
        raise Http404 from unknown


def _address(found: Question) -> str:
    return reverse("quizzes:question", args=[found.topic.slug, found.public_id])


def _note_key(request: SignedInRequest, found: Question) -> str:
    """The key of the form of the learner's note on the question."""
    return drafts.key(request.user.pk, "note", found.pk)


def _within(given: QueryDict, slug: str) -> QueryDict:
    """What was asked for, on a topic's page in that topic whatever the address says."""
    asked = given.copy()
    if slug:
        asked["topic"] = slug
    return asked


def _title(form: FilterForm, slug: str) -> str:
    return dict(form.fields["topic"].choices).get(slug, "") if slug else ""  # type: ignore[attr-defined]


def _uuid(text: str) -> UUID | None:
    """The question a page begins behind; an address that makes no sense begins at the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None
