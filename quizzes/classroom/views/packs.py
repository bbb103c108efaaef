"""One's own packs: checked line by line while they are written, kept private."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.http import WAIT, SignedInRequest, too_often, within_limit
from quizzes.bank.actions import load_pack, packs_of, retire_pack
from quizzes.bank.forms import PackForm
from quizzes.bank.models import Pack
from quizzes.bank.packs.build import lint
from quizzes.bank.packs.diagnostics import Diagnostic
from quizzes.bank.queries import questions_for
from quizzes.bank.sets import SetRefusedError, add_questions, create_set
from quizzes.classroom import queries
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
    if not within_limit(request, "check"):
        return too_often(render(request, PAGE, {"form": form, "seconds": WAIT}))
    if "check" in request.POST:
        return render(request, PAGE, {"form": form, **_linted(form.content)})
    result = load_pack(text=form.content, path=Path(form.name), now=timezone.now(), owner=request.user)
    if result.failed:
        return render(request, PAGE, {"form": form, **_report(result.diagnostics)}, status=422)
    messages.success(
        request,
        f"Loaded: {result.created} new, {result.updated} changed, {result.unchanged} as before, "
        f"{result.retired} retired.",
    )
    return SeeOther(reverse("quizzes:packs"))


@require_POST
def lint_pack(request: SignedInRequest) -> HttpResponse:
    """What is to be mended in a pack's text, while it is written."""
    if not within_limit(request, "check"):
        return too_often(render(request, f"{PAGE}#report", {"seconds": WAIT}))
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


@require_POST
def retire(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask the pack's questions no longer."""
    pack = _mine(request, slug)
    many = retire_pack(pack=pack, now=timezone.now())
    messages.success(
        request, f"{many} questions of “{pack.title}” are asked no longer. Load it again to bring them back."
    )
    return SeeOther(reverse("quizzes:packs"))


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
        **_report(report.in_order),
        "questions": len(draft.questions) if draft else report.questions,
    }


def _report(diagnostics: Sequence[Diagnostic]) -> dict[str, object]:
    return {
        "linted": True,
        "report": diagnostics,
        "faults": sum(found.severity == "error" for found in diagnostics),
    }
