"""Addresses of the product."""

from django.urls import path

from accounts.http import moved_to
from quizzes.analytics import views as analytics
from quizzes.authoring.views import packs, sets
from quizzes.browsing.views import bank, practice, trial
from quizzes.classroom.views import assignments, classes, joining, members, rosters
from quizzes.jobs import views as jobs
from quizzes.notifications import views as notifications
from quizzes.privacy import views as privacy
from quizzes.progress import views as progress
from quizzes.reports import views as reports
from quizzes.review import day_views as day
from quizzes.review import views as review

app_name = "quizzes"

urlpatterns = [
    path("try/", trial.question, name="trial"),
    path("try/answer/", trial.answer, name="trial_answer"),
    path("try/answer/<uuid:public_id>/", trial.feedback, name="trial_feedback"),
    path("try/summary/", trial.summary, name="trial_summary"),
    path("today/", day.today, name="today"),
    path("today/more/", day.more, name="more"),
    path("today/placement/", day.placement, name="placement"),
    path("plan/", day.plan, name="plan"),
    path("review/", review.review, name="review"),
    path("review/answer/", review.answer, name="answer"),
    path("review/feedback/<uuid:public_id>/", review.feedback, name="feedback"),
    path("review/feedback/<uuid:public_id>/report/", reports.report_question, name="report_question"),
    path("reports/<uuid:public_id>/read/", reports.dismiss_reply, name="dismiss_reply"),
    path("review/undo/", review.undo, name="undo"),
    path("review/easy/", review.too_easy, name="too_easy"),
    path("review/summary/", review.summary, name="summary"),
    path("welcome/", notifications.moving(day.welcome), name="welcome"),
    path("bank/", bank.bank, name="bank"),
    path("bank/<slug:slug>/", bank.topic, name="topic"),
    path("bank/<slug:slug>/<uuid:public_id>/", bank.question, name="question"),
    path("bank/<slug:slug>/<uuid:public_id>/suspension/", bank.suspension, name="suspension"),
    path("bank/<slug:slug>/<uuid:public_id>/note/", bank.note, name="note"),
    path("practice/", practice.begin, name="practise"),
    path("practice/probe/", practice.probe, name="probe"),
    path("practice/answer/", practice.answer, name="attempt"),
    path("practice/feedback/<uuid:public_id>/", practice.feedback, name="attempt_feedback"),
    path("practice/<uuid:public_id>/", practice.practice, name="practice"),
    path("practice/<uuid:public_id>/summary/", practice.summary, name="practice_summary"),
    path("sets/", sets.sets_page, name="sets"),
    path("sets/new/", sets.new_set, name="new_set"),
    path("sets/<uuid:public_id>/", sets.set_page, name="set"),
    path("sets/<uuid:public_id>/change/", sets.change_set, name="change_set"),
    path("sets/<uuid:public_id>/rules/", sets.add_rule, name="add_rule"),
    path("sets/<uuid:public_id>/settings/", sets.set_settings, name="set_settings"),
    path("sets/<uuid:public_id>/duplicate/", sets.duplicate, name="duplicate_set"),
    path("sets/<uuid:public_id>/delete/", sets.delete, name="delete_set"),
    path("sets/<uuid:public_id>/print/", sets.printed, name="print_set"),
    path("sets/<uuid:public_id>/join/", sets.join_set, name="join_set"),
    path("sets/<uuid:public_id>/questions/<uuid:question_id>/", sets.preview, name="preview"),
    path("packs/", packs.packs, name="packs"),
    path("packs/new/", packs.new_pack, name="new_pack"),
    path("packs/check/", packs.lint_pack, name="lint_pack"),
    path("packs/new/<uuid:public_id>/", packs.upload, name="upload"),
    path("packs/<uuid:public_id>/set/", packs.pack_to_set, name="pack_to_set"),
    path("packs/<uuid:public_id>/text/", packs.text_of, name="pack_text"),
    path("packs/<uuid:public_id>/retire/", packs.retire, name="retire_pack"),
    path("packs/<uuid:public_id>/take-back/", packs.take_back, name="take_back"),
    path("classes/", classes.classes, name="classes"),
    path("classes/new/", rosters.new_class, name="new_class"),
    path("classes/<uuid:public_id>/", classes.class_page, name="class"),
    path("classes/<uuid:public_id>/settings/", classes.class_settings, name="class_settings"),
    path("classes/<uuid:public_id>/members/", members.members, name="members"),
    path("classes/<uuid:public_id>/roster/", rosters.roster, name="roster"),
    path("classes/<uuid:public_id>/link/", classes.link, name="join_link"),
    path("classes/<uuid:public_id>/assign/", assignments.assign, name="assign"),
    path("classes/<uuid:public_id>/archive/", classes.archive, name="archive_class"),
    path("classes/<uuid:public_id>/leave/", classes.leave, name="leave_class"),
    path("classes/<uuid:public_id>/take-over/", classes.take_over, name="take_over"),
    path("classes/<uuid:public_id>/ready/", analytics.ready, name="ready"),
    path("classes/<uuid:public_id>/items/", analytics.items, name="items"),
    path("classes/<uuid:public_id>/gradebook/", analytics.grades, name="gradebook"),
    path("classes/<uuid:public_id>/gradebook.csv", analytics.grades_csv, name="gradebook_csv"),
    path("reports/", reports.reports, name="reports"),
    path("reports/<uuid:public_id>/", reports.report, name="report"),
    path("assignments/<uuid:public_id>/", assignments.assignment, name="assignment"),
    path("assignments/<uuid:public_id>/dates/", assignments.assignment_terms, name="assignment_terms"),
    path("assignments/<uuid:public_id>/withdraw/", assignments.withdraw, name="withdraw_assignment"),
    path("assignments/<uuid:public_id>/extensions/", assignments.extensions, name="extensions"),
    path(
        "assignments/<uuid:public_id>/extensions/<uuid:extension_id>/end/",
        assignments.end_extension,
        name="end_extension",
    ),
    path("join/", joining.join, name="join"),
    path("join/<slug:token>/", joining.join_by, name="join_by"),
    path("join/<slug:token>/decline/", joining.decline, name="decline"),
    path("progress/", progress.progress, name="progress"),
    path("settings/data.json", privacy.data, name="data"),
    path("settings/delete/", privacy.delete, name="delete_account"),
    path("settings/emails/", notifications.emails, name="emails"),
    path("settings/emails/again/", notifications.write_again, name="write-again"),
    path("settings/", notifications.moving(day.settings_page), name="settings"),
    path("emails/stop/<str:token>/", notifications.stop, name="stop"),
    path("emails/never/<str:token>/", notifications.never, name="never"),
    path("staff/clock/", jobs.clock, name="clock"),
]

# Where pages were before: links and forms that somebody holds lead on.
urlpatterns += [
    path("flags/", moved_to("quizzes:reports"), name="former_reports"),
    path("flags/<uuid:public_id>/", moved_to("quizzes:report"), name="former_report"),
    path("assignments/<uuid:public_id>/overrides/", moved_to("quizzes:extensions"), name="former_extensions"),
    path(
        "assignments/<uuid:public_id>/overrides/<uuid:extension_id>/end/",
        moved_to("quizzes:end_extension"),
        name="former_end_extension",
    ),
    path("settings/letters/", moved_to("quizzes:emails"), name="former_emails"),
    path("settings/letters/again/", moved_to("quizzes:write-again"), name="former_write-again"),
    path("letters/stop/<str:token>/", notifications.stop_before, name="stop_before"),
    path("letters/never/<str:token>/", notifications.never_before, name="never_before"),
]
