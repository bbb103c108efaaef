"""A walk past every page of the site, in every state a page has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from nnprep.tests.browser.hands import FORM
from nnprep.tests.browser.learner import RECALL, Learner
from nnprep.tests.browser.watching import Watch

# What the walk provokes: forms with errors, a missing page, a form or a link that is too old, too many tries.
PROVOKED = {403, 404, 410, 422, 429}
# Forms for a new password that one address may send in a minute, by allauth's default.
RESETS_A_MINUTE = 5


def outside(learner: Learner, watch: Watch) -> Iterator[str]:
    """The pages one sees without an account; yields the name of each when it is open."""
    watch.expected |= PROVOKED
    page, hands = learner.page, learner.hands
    for name, path in {
        "landing": "/",
        "sign-up": "/accounts/signup/",
        "login": "/accounts/login/",
        "password reset": "/accounts/password/reset/",
        "a page that is not there": "/nothing/",
        "an address to take back, link too old": "/accounts/email/restore/old/",
    }.items():
        learner.go(path)
        yield name
    yield from trial(learner)
    learner.go("/accounts/signup/")
    hands.write("E-mail", learner.email)
    hands.write("Password", "short")
    hands.press("Create account")
    page.locator(".errorlist").first.wait_for()
    yield "sign-up with an error"
    learner.go("/accounts/login/")
    hands.write("E-mail", learner.email)
    hands.write("Password", "not my password at all")
    hands.press("Sign in")
    page.get_by_role("alert").wait_for()
    yield "login refused"
    learner.go("/accounts/password/reset/")
    hands.write("E-mail", learner.email)
    page.locator("main form button").click()
    page.wait_for_url("**/reset/done/")
    yield "password reset, e-mail sent"
    eager = f"eager-{learner.email}"
    for _ in range(RESETS_A_MINUTE):
        learner.post("/accounts/password/reset/", email=eager)
    learner.go("/accounts/password/reset/")
    hands.write("E-mail", eager)
    page.locator("main form button").click()
    page.get_by_role("heading", name="Too many tries").wait_for()
    yield "too many tries"
    learner.go("/accounts/login/")
    page.context.clear_cookies()
    hands.write("E-mail", learner.email)
    hands.write("Password", "whatever it is")
    hands.press("Sign in")
    page.get_by_text("This form has expired").wait_for()
    yield "a form that is too old"


def trial(learner: Learner) -> Iterator[str]:
    """What is answered without an account: on the landing page, and on pages of its own."""
    page, hands = learner.page, learner.hands
    learner.go("/")
    learner.enter(right=False)
    hands.press("Sure")
    learner.arrive("#feedback")
    yield "landing, answered"
    learner.go("/try/")
    yield "trial, asked"
    hands.press("Guess")
    learner.arrive(f"{FORM} [role=alert]")
    yield "trial, with an error"
    hands.press("I don’t know")
    learner.arrive("#feedback")
    yield "trial, answered"
    learner.go("/try/summary/")
    yield "trial, at its end"
    page.context.clear_cookies()


def before_the_first_day(learner: Learner) -> Iterator[str]:
    """The pages of an account without history."""
    for name, path in {
        "welcome": "/welcome/",
        "e-mails, none yet": "/settings/emails/",
        "outbox": "/outbox/",
        "progress, nothing yet": "/progress/",
        "today, all to do": "/today/",
        "summary, nothing yet": "/review/summary/",
    }.items():
        learner.go(path)
        yield name


def day(learner: Learner) -> Iterator[str]:
    """Every kind: asked, sent back with an error, answered wrongly and rightly; then the day's end."""
    hands = learner.hands
    learner.go("/review/")
    seen: set[str] = set()
    for kind in learner.questions():
        if kind in seen:
            learner.answer()
            yield f"{kind}, right"
            continue
        seen.add(kind)
        yield f"{kind}, asked"
        if kind == RECALL:
            hands.press("Show a hint")
            learner.arrive("#hint")
            yield f"{kind}, with its hint"
            learner.enter(right=False)
            yield f"{kind}, to be ticked"
            learner.save_ticks()
            learner.arrive("#feedback")
            learner.answers += 1
        else:
            hands.press("Sure")
            learner.arrive(f"{FORM} [role=alert]")
            yield f"{kind}, with an error"
            learner.answer(right=False)
        yield f"{kind}, wrong"
    yield "summary"
    learner.go("/today/")
    yield "today, all done"


def planning(learner: Learner) -> Iterator[str]:
    """The plan without a day, another one looked at, taken, and what Today says then."""
    page = learner.page
    learner.go("/plan/")
    yield "plan, no day"
    page.locator("main summary").last.click()
    yield "plan, its topics"
    page.get_by_label("Your interview is on").fill(
        (datetime.now(UTC).date() + timedelta(days=14)).isoformat()
    )
    learner.hands.press("Show what it promises")
    page.locator("#tried").wait_for()
    yield "plan, another looked at"
    learner.hands.press("Take this plan")
    page.locator(".notice", has_text="This is your plan now.").wait_for()
    yield "plan, taken"
    learner.go("/today/")
    yield "today, with a day ahead"


def inside(learner: Learner) -> Iterator[str]:
    """The other pages of an account that has history."""
    for name, path in {
        "progress": "/progress/",
        "bank": "/bank/",
        "topic": "/bank/every-kind/",
        "settings": "/settings/",
        "e-mail": "/accounts/email/",
        "password change": "/accounts/password/change/",
        "delete": "/settings/delete/",
        "sign out": "/accounts/logout/",
    }.items():
        learner.go(path)
        yield name
    yield from browsing(learner)
    learner.go("/progress/")
    for summary in learner.page.locator("summary").all():
        summary.click()
    yield "progress, tables open"
    learner.go("/settings/")
    learner.hands.write("Retention in %", "20")
    learner.page.locator("main form").first.evaluate("(form) => form.noValidate = true")
    learner.hands.press("Save")
    learner.page.locator(".errorlist").first.wait_for()
    yield "settings with an error"
    yield from planning(learner)
    learner.go("/review/")
    page = learner.page
    if page.locator(FORM).count():
        page.locator("h1.prompt").focus()
        page.keyboard.press("?")
        page.get_by_role("dialog", name="Keyboard").wait_for()
        yield "the list of keys"


def browsing(learner: Learner) -> Iterator[str]:
    """The bank: searched and filtered, a question with all that belongs to it, practice."""
    page, hands = learner.page, learner.hands
    for name, asked in {
        "bank, searched": "?q=dropout",
        "bank, filtered": "?kind=choice&mine=due",
        "bank, nothing found": "?q=zebra",
        "bank, asked for what cannot be": "?level=9",
    }.items():
        learner.go(f"/bank/{asked}")
        yield name
    learner.go("/bank/every-kind/")
    page.locator(".questions a").first.click()
    page.locator(FORM).wait_for()
    yield "question in the bank"
    page.locator("summary", has_text="Write a note").click()
    hands.write("Note to self", "Mind $v_t$.")
    hands.press("Save the note")
    page.locator("#note .prose").wait_for()
    hands.press("Suspend")
    page.get_by_text("Bring back").wait_for()
    page.locator("summary", has_text="Sources").click()
    yield "question in the bank, suspended, with a note"
    hands.follow("Show the answer")
    page.locator("#answer").wait_for()
    yield "question in the bank, answer shown"
    learner.go("/bank/every-kind/")
    page.get_by_role("button", name=re.compile(r"^Practise (it|these|\d)")).click()
    page.locator(FORM).wait_for()
    yield "practice, asked"
    hands.press("I don’t know")
    page.locator("#feedback").wait_for()
    yield "practice, answered"
    hands.follow("Stop here")
    page.wait_for_url("**/summary/")
    yield "practice, stopped"
