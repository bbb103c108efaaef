"""The pages of the bank: topics, what is found in them, a question with what the learner has had to do with it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import push_url

from accounts.api import SeeOther, SignedInRequest, drafts, limited, next_address
from accounts.models import User
from quizzes.bank.api import topics_of
from quizzes.bank.models import Question
from quizzes.browsing import actions, presenters, queries, search
from quizzes.browsing.forms import BankSearchForm, NoteForm
from quizzes.review.api import (
    Mastery,
    first_tries_of,
    interview_ahead,
    leeches,
    mastery,
    note_keys_shown,
    strength_by_answers,
    study_day_now,
    unsubmitted,
)
from quizzes.review.models import StudySettings


@require_safe
@limited("search")
def bank(request: SignedInRequest) -> HttpResponse:
    """Says what there is and what the learner knows of it; with words or filters, list what they find."""
    return _bank(request, {})


@require_safe
@limited("search")
def topic(request: SignedInRequest, slug: str) -> HttpResponse:
    """List a topic's questions, without answers; a topic without questions is not there."""
    known = _mastery(request.user, timezone.now(), topic=slug)
    if not known:
        raise Http404
    return _bank(request, {"known": known[0]}, slug=slug)


def _bank(request: SignedInRequest, context: dict[str, object], *, slug: str = "") -> HttpResponse:
    now = timezone.now()
    form = BankSearchForm(
        _within(request.GET, slug), topics=topics_of(queries.questions_for(request.user, now))
    )
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
            "filters": asked.set_filters(_title(form, asked.topic)),
        }
        if slug or wanted.fields:
            found = search.find(request.user, wanted, now, after=_uuid(request.GET.get("after", "")))
            study = StudySettings.objects.filter(user=request.user).first()
            today = study_day_now(request.user, now)
            context |= {
                "found": found,
                "title": wanted.in_words(_title(form, wanted.topic)),
                "interview": interview_ahead(study, today) if study else None,
            }
        else:
            context |= {"topics": _mastery(request.user, now)}
    if not request.htmx:
        return render(request, page, context, status=status)
    response = render(request, f"{page}#found", context, status=status)
    return push_url(response, request.path + address) if status == 200 else response


def _mastery(user: User, now: datetime, *, topic: str = "") -> list[Mastery]:
    return mastery(
        user,
        now,
        strength=strength_by_answers(user),
        first_tries=first_tries_of([user])[user.pk],
        topic=topic,
    )


@require_safe
def question(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:
    """Shows a question as it would be asked, and what the learner has had to do with it; its answer when asked for."""
    found = _question(request, public_id)
    if found.topic.slug != slug:
        return redirect(_address(found))
    return _question_page(request, found, answer_shown=request.GET.get("answer") == "shown")


@require_POST
def suspension(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:  # noqa: ARG001 -- the id says it all
    """Suspends the question, or brings it back; then goes on to where it was asked for."""
    found = _question(request, public_id)
    if request.POST.get("suspended") == "yes":
        actions.suspend(user=request.user, question=found, now=timezone.now())
        messages.success(request, "Suspended: you are not asked it until you bring it back.")
    else:
        actions.bring_back(user=request.user, question=found)
        messages.success(request, "Brought back: it is asked again when its time comes.")
    return SeeOther(next_address(request) or _address(found))


@require_http_methods(["GET", "HEAD", "POST"])
def note(request: SignedInRequest, slug: str, public_id: UUID) -> HttpResponse:  # noqa: ARG001 -- the id says it all
    """Keeps a note to self; whoever came with an address to go on to gets a page of its own to write it on."""
    found = _question(request, public_id)
    wanted = next_address(request)
    if request.method != "POST":
        return _note_page(request, found, wanted) if wanted else redirect(f"{_address(found)}#note")
    form = NoteForm(request.POST)
    if not form.is_valid() and wanted:
        return _note_page(request, found, wanted, form)
    if not form.is_valid():
        return _question_page(request, found, note_form=form, status=422)
    text = form.cleaned_data["text"]
    actions.write_note(user=request.user, question=found, text=text, now=timezone.now())
    note_key = _note_key(request, found)
    drafts.forget(request, note_key)
    messages.success(request, "Your note is kept." if text else "There is no note now.", extra_tags=note_key)
    return SeeOther(wanted or f"{_address(found)}#note")


def _note_page(
    request: SignedInRequest, found: Question, wanted: str, refused: NoteForm | None = None
) -> HttpResponse:
    """The form of a note alone, for htmx without the page around it."""
    context = {"question": found, "topic": found.topic, "prompt": presenters.prompt(found), "next": wanted}
    context |= _note_context(request, found, refused, alone=True)
    page = "quizzes/browsing/note.html"
    return render(request, f"{page}#form" if request.htmx else page, context, status=422 if refused else 200)


def _note_context(
    request: SignedInRequest,
    found: Question,
    refused: NoteForm | None,
    *,
    alone: bool,
) -> dict[str, object]:
    """Returns the form of the learner's note, with what was refused, typed and not sent, or written before.

    `alone`: it is what the page is for, and has the focus.
    """
    written = queries.note_of(request.user, found)
    key = _note_key(request, found)
    typed = drafts.first_values(drafts.typed(request, key, timezone.now()))
    form = refused or NoteForm(typed or {"text": written.text if written else ""})
    if alone:
        form.fields["text"].widget.attrs["autofocus"] = True
    return {
        "written": written,
        "note_form": form,
        "note_key": key,
        "note_restored": typed and refused is None,
    }


def _question_page(
    request: SignedInRequest,
    found: Question,
    *,
    answer_shown: bool = False,
    note_form: NoteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = timezone.now()
    today = study_day_now(request.user, now)
    standing = queries.standing(request.user, found, today)
    exercise = actions.single_exercise(user=request.user, question=found)
    draft_key = presenters.key_of(request.user.pk, exercise)
    typed = drafts.typed(request, draft_key, now)
    context = presenters.question(
        request.user, found, exercise=exercise, draft_key=draft_key, typed=typed
    ) | {
        "answer_url": reverse("quizzes:attempt"),
        "standing": standing,
        "leech": leeches.leech(request.user, standing.card, now) if standing.card else None,
        "when": presenters.when(request.user, found, standing, today=today, now=now),
        "history": presenters.history(request.user, found),
        "notice": unsubmitted.HERE_AGAIN if typed else "",
        "answer_shown": answer_shown,
    }
    context |= _note_context(request, found, note_form, alone=False)
    if answer_shown:
        note_keys_shown(user=request.user, questions=[found.pk], now=now)
        context |= presenters.answer(found)
    return render(request, "quizzes/browsing/question.html", context, status=status)


def _question(request: SignedInRequest, public_id: UUID) -> Question:
    try:
        return queries.question_for(request.user, public_id, timezone.now())
    except Question.DoesNotExist as unknown:
        raise Http404 from unknown


def _address(found: Question) -> str:
    return reverse("quizzes:question", args=[found.topic.slug, found.public_id])


def _note_key(request: SignedInRequest, found: Question) -> str:
    """Returns the key of the form of the learner's note on the question."""
    return drafts.key(request.user.pk, "note", found.pk)


def _within(given: QueryDict, slug: str) -> QueryDict:
    """Returns what was asked for, on a topic's page in that topic whatever the address says."""
    asked = given.copy()
    if slug:
        asked["topic"] = slug
    return asked


def _title(form: BankSearchForm, slug: str) -> str:
    return dict(form.fields["topic"].choices).get(slug, "") if slug else ""  # type: ignore[attr-defined]


def _uuid(text: str) -> UUID | None:
    """Returns the question a page begins behind; an address that makes no sense begins at the beginning."""
    try:
        return UUID(text)
    except ValueError:
        return None
