"""One's own packs: checked line by line while they are written, kept private."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import SignedInRequest
from quizzes.bank.actions import bring_back_pack, load_pack, packs_of, retire_pack
from quizzes.bank.forms import PackForm
from quizzes.bank.models import Pack
from quizzes.bank.packs.build import lint
from quizzes.bank.queries import questions_for
from quizzes.bank.sets import SetRefusedError, add_questions, create_set
from quizzes.classroom import queries
from quizzes.classroom.views.asking import Ask, ask, counted
from quizzes.classroom.views.lookup import SeeOther

PAGE = "quizzes/classroom/new_pack.html"


@require_safe
def packs(request: SignedInRequest) -> HttpResponse:
    """The packs one has loaded."""
    return render(request, "quizzes/classroom/packs.html", {"packs": queries.packs_with_sizes(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_pack(request: SignedInRequest) -> HttpResponse:
    """Load a pack of one's own, or bring the one of that name up to date. Of a faulty one nothing is stored."""
    form = PackForm(request.POST or None, request.FILES or None)
    if request.method != "POST":
        return render(request, PAGE, {"form": form})
    if not form.is_valid():
        return render(request, PAGE, {"form": form}, status=422)
    if "check" in request.POST:
        return render(request, PAGE, {"form": form, **_linted(form.content)})
    result = load_pack(text=form.content, path=Path(form.name), now=timezone.now(), owner=request.user)
    if result.failed:
        return render(request, PAGE, {"form": form, **_linted(form.content)}, status=422)
    messages.success(
        request,
        f"Loaded: {result.created} new, {result.updated} changed, {result.unchanged} as before, "
        f"{result.retired} retired.",
    )
    return SeeOther(reverse("quizzes:packs"))


@require_POST
def lint_pack(request: SignedInRequest) -> HttpResponse:
    """What is to be mended in a pack's text, while it is written."""
    return render(request, f"{PAGE}#report", _linted(request.POST.get("text", "").replace("\r\n", "\n")))


@require_POST
def pack_to_set(request: SignedInRequest, slug: str) -> HttpResponse:
    """Make a set of all questions of one's pack."""
    pack = _mine(request, slug)
    now = timezone.now()
    questions = questions_for(request.user).filter(pack=pack).values_list("public_id", flat=True)
    try:
        with transaction.atomic():
            made = create_set(owner=request.user, title=pack.title, about="", visibility="private", now=now)
            add_questions(question_set=made, public_ids=list(questions), now=now)
    except SetRefusedError as refusal:
        messages.error(request, str(refusal))
        return SeeOther(reverse("quizzes:packs"))
    return SeeOther(reverse("quizzes:set", args=[made.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask, then ask the pack's questions no longer; or bring them back."""
    pack = _mine(request, slug)
    now = timezone.now()
    if request.method != "POST":
        return ask(request, _retiring(pack))
    if request.POST.get("do") == "bring-back":
        many = bring_back_pack(pack=pack, now=now)
        messages.success(request, f"{counted(many, 'question')} of “{pack.title}” can be asked again.")
    else:
        many = retire_pack(pack=pack, now=now)
        messages.success(
            request,
            f"{counted(many, 'question')} of “{pack.title}” retired: not asked any more. “Bring back” undoes it.",
        )
    return SeeOther(reverse("quizzes:packs"))


def _retiring(pack: Pack) -> Ask:
    many, assigned = queries.in_use(pack)
    return Ask(
        title=f"Retire “{pack.title}”?",
        says=[
            (
                f"{counted(many, 'question')} can be asked now. Nobody is asked them from then on, and they no "
                "longer count in sets and assignments."
            ),
            f"{counted(assigned, 'assignment')} in classes that run hold some of them."
            if assigned
            else "No assignment in a class that runs holds any of them.",
            "Answers and results are kept. You can bring the questions back at any time.",
        ],
        button="Retire the pack",
        action=reverse("quizzes:retire_pack", args=[pack.slug]),
        back=reverse("quizzes:packs"),
    )


def _mine(request: SignedInRequest, slug: str) -> Pack:
    pack = packs_of(request.user).filter(slug=slug).first()
    if pack is None:
        raise Http404
    return pack


def _linted(text: str) -> dict[str, object]:
    if not text.strip():
        return {"linted": False}
    draft, report = lint(text)
    return {
        "linted": True,
        "report": report.in_order,
        "faults": len(report.errors),
        "questions": len(draft.questions) if draft else report.questions,
    }
