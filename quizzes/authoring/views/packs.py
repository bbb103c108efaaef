"""One's own packs: checked, looked at, and only then loaded; kept private."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.api import SeeOther, SignedInRequest, limited, say_when, turn
from quizzes.authoring import queries
from quizzes.authoring.forms import PackForm
from quizzes.authoring.previews import preview_of, told
from quizzes.bank.api import (
    AlreadyLoadedError,
    PackChangedError,
    PackDraft,
    SetRefusedError,
    actions,
    add_questions,
    create_set,
    earlier_editions,
    keep_upload,
    lint,
    load_upload,
    packs_of,
    plan_of,
    questions_for,
    retire_pack,
    stored_questions,
)
from quizzes.bank.models import Edition, Pack, Upload
from quizzes.classroom.api import ConfirmationPage, ask_to_confirm, counted
from quizzes.markup.api import Diagnostic

PAGE = "quizzes/authoring/new_pack.html"
NEW = "new"
# A faulty file is put into the box to be mended there, when the box can be sent back.
MOST_IN_THE_BOX = 300_000


@require_safe
def packs(request: SignedInRequest) -> HttpResponse:
    """The packs one has loaded."""
    return render(request, "quizzes/authoring/packs.html", {"packs": queries.own_packs(request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def new_pack(request: SignedInRequest) -> HttpResponse:
    """Checks a document; a sound one is kept, and shown with what it would do. No pack is touched here."""
    into = _wanted(request, request.POST.get("as", "") or request.GET.get("as", ""))
    form = PackForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "into": into, "text": request.POST.get("text", "")}
    if request.method != "POST":
        return render(request, PAGE, context)
    if not form.is_valid():
        return render(request, PAGE, context, status=422)
    with turn(request, "check") as refusal:
        if refusal:
            context |= {"text": form.content, "refusal": refusal}
            return say_when(request, render(request, PAGE, context), refusal)
        draft, report = lint(form.content)
    if draft is None:
        if len(form.content) <= MOST_IN_THE_BOX:
            context["text"] = form.content
        return render(request, PAGE, {**context, **_report(report.in_order)}, status=422)
    kept = keep_upload(owner=request.user, name=form.name, text=form.content, now=timezone.now())
    chosen = f"?as={into.public_id}" if into is not None else ""
    return SeeOther(reverse("quizzes:upload", args=[kept.public_id]) + chosen)


@require_http_methods(["GET", "HEAD", "POST"])
@limited("upload", in_turn=True)
def upload(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """What a document would do, as a new pack or as the next edition of one; and do it, once."""
    kept = (
        Upload.objects.filter(owner=request.user, public_id=public_id).select_related("owner", "pack").first()
    )
    if kept is None:
        raise Http404
    if kept.loaded_at is not None:
        return _loaded_already(request)
    if request.method == "POST" and "as" in request.POST:
        return _load(request, kept)
    return _look(request, kept, request.GET.get("as", ""))


@require_POST
def lint_pack(request: SignedInRequest) -> HttpResponse:
    """What is to be mended in a pack's text, while it is written."""
    text = request.POST.get("text", "").replace("\r\n", "\n")
    with turn(request, "check") as refusal:
        if refusal:
            return say_when(request, render(request, f"{PAGE}#report", {"refusal": refusal}), refusal)
        return render(request, f"{PAGE}#report", _linted(text))


@require_POST
def pack_to_set(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Makes a set of all questions of one's pack."""
    pack = _mine(request, public_id)
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


@require_safe
def text_of(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """The text one's pack was last loaded from, as a file."""
    edition = Edition.objects.filter(pack=_mine(request, public_id)).select_related("pack").first()
    if edition is None or not edition.text:
        raise Http404
    answer = HttpResponse(edition.text, content_type="text/markdown; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{edition.pack.slug}.md"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def retire(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Asks, then ask the pack's questions no longer."""
    pack = _mine(request, public_id)
    if request.method != "POST":
        return ask_to_confirm(request, _retiring(pack))
    try:
        many = retire_pack(pack=pack, now=timezone.now())
    except PackChangedError:
        return _changed_meanwhile(request, pack)
    are = "is" if many == 1 else "are"
    messages.success(
        request,
        f"{counted(many)} of “{pack.title}” {are} no longer asked. Answers and memories stay; you can take this back.",
    )
    return SeeOther(reverse("quizzes:packs"))


def _retiring(pack: Pack) -> ConfirmationPage:
    many, assigned = queries.in_use(pack)
    return ConfirmationPage(
        title=f"Retire “{pack.title}”?",
        says=[
            (
                f"{counted(many)} can be asked now. Nobody is asked them from then on, and they no "
                "longer count in sets and assignments."
            ),
            f"{counted(assigned, 'assignment')} in classes that run hold some of them."
            if assigned
            else "No assignment in a class that runs holds any of them.",
            "Answers and results are kept. You can take it back.",
        ],
        button="Retire the pack",
        action=reverse("quizzes:retire_pack", args=[pack.public_id]),
        back=reverse("quizzes:packs"),
    )


@require_POST
def take_back(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Makes one's pack what it was before its last change."""
    pack = _mine(request, public_id)
    try:
        undone = actions.take_back(
            pack=pack, revision=_number(request.POST.get("revision", "")), now=timezone.now()
        )
    except PackChangedError:
        return _changed_meanwhile(request, pack)
    if undone is None:
        raise Http404
    many = pack.questions.filter(retired_at=None).count()
    are = "is" if many == 1 else "are"
    messages.success(request, f"“{pack.title}” is as it was before: {counted(many)} {are} asked.")
    return SeeOther(reverse("quizzes:packs"))


def _look(
    request: SignedInRequest, kept: Upload, chosen: str, *, changed: bool = False, status: int = 200
) -> HttpResponse:
    """What the document would do, as what was chosen; with what its author has said about single questions."""
    draft, report = lint(kept.text)
    if draft is None:
        context = {"form": PackForm(), "text": kept.text, **_linted(kept.text)}
        return render(request, PAGE, context, status=422)
    into = _wanted(request, chosen)
    candidates = [] if into is not None else earlier_editions(request.user, draft, kept.name)
    decided = into is not None or chosen == NEW or not candidates
    context = {
        "kept": kept,
        "title": into.title if into is not None else draft.title or _stem(kept.name),
        "many": len(draft.questions),
        "report": report.in_order,
        "candidates": candidates,
        "others": packs_of(request.user)
        .exclude(pk__in=[one.pack.pk for one in candidates])
        .order_by("title"),
        "decided": decided,
        "into": into,
        "changed": changed,
        **(_planned(draft, into, _pairs(request)) if decided else {}),
    }
    return render(request, "quizzes/authoring/upload.html", context, status=status)


def _planned(draft: PackDraft, into: Pack | None, pairs: Mapping[int, UUID]) -> dict[str, object]:
    stored = stored_questions([into])[into.pk] if into is not None else []
    plan = plan_of(draft, into, stored, suggesting=True)
    return {"plan": plan, "preview": preview_of(plan, pairs), "other_kind": plan.other_kind}


def _load(request: SignedInRequest, kept: Upload) -> HttpResponse:
    chosen = request.POST["as"]
    into = _wanted(request, chosen)
    if into is None and chosen != NEW:
        return SeeOther(reverse("quizzes:upload", args=[kept.public_id]))
    if into is not None:
        # What the page showed is what is decided about, not what the pack has become since.
        into.revision = _number(request.POST.get("revision", ""))
    try:
        result = load_upload(upload=kept, into=into, pairs=_pairs(request), now=timezone.now())
    except AlreadyLoadedError:
        return _loaded_already(request)
    except PackChangedError:
        return _look(request, kept, chosen, changed=True, status=409)
    if result.failed or result.loaded is None:
        return _look(request, kept, chosen, status=422)
    messages.success(request, told(result, result.loaded.title))
    return SeeOther(reverse("quizzes:packs"))


def _pairs(request: SignedInRequest) -> dict[int, UUID]:
    """Returns what the author said which new question is: by its place, the stored question."""
    pairs = {}
    for name, value in request.POST.items():
        place = name.removeprefix("pair-")
        if (
            name.startswith("pair-")
            and place.isdecimal()
            and len(place) < 7
            and (chosen := _uuid(str(value)))
        ):
            pairs[int(place)] = chosen
    return pairs


def _loaded_already(request: SignedInRequest) -> HttpResponse:
    messages.info(request, "This document has been loaded already; nothing was done a second time.")
    return SeeOther(reverse("quizzes:packs"))


def _changed_meanwhile(request: SignedInRequest, pack: Pack) -> HttpResponse:
    messages.warning(
        request, f"“{pack.title}” has changed since this page was shown. Look again, then decide."
    )
    return SeeOther(reverse("quizzes:packs"))


def _wanted(request: SignedInRequest, chosen: str) -> Pack | None:
    """Returns the pack of one's own that was chosen, None for a new one or no choice; 404 for anything else."""
    if chosen in {"", NEW}:
        return None
    public_id = _uuid(chosen)
    if public_id is None:
        raise Http404
    return _mine(request, public_id)


def _mine(request: SignedInRequest, public_id: UUID) -> Pack:
    pack = packs_of(request.user).filter(public_id=public_id).select_related("owner", "topic").first()
    if pack is None:
        raise Http404
    return pack


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _number(value: str) -> int:
    """Returns the revision a form was made for; one no pack has where it says none."""
    return int(value) if value.isdecimal() and len(value) < 10 else -1


def _stem(name: str) -> str:
    return name.rpartition(".")[0] or name


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
