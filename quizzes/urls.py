"""Addresses of the product."""

from django.urls import path

from quizzes.browsing.views import bank, practice
from quizzes.insights import views as insights
from quizzes.reminders import views as reminders
from quizzes.review import views as review

app_name = "quizzes"

urlpatterns = [
    path("today/", review.today, name="today"),
    path("today/more/", review.more, name="more"),
    path("review/", review.review, name="review"),
    path("review/answer/", review.answer, name="answer"),
    path("review/feedback/<uuid:public_id>/", review.feedback, name="feedback"),
    path("review/undo/", review.undo, name="undo"),
    path("review/summary/", review.summary, name="summary"),
    path("welcome/", reminders.moving(review.welcome), name="welcome"),
    path("bank/", bank.bank, name="bank"),
    path("bank/<slug:slug>/", bank.topic, name="topic"),
    path("bank/<slug:slug>/<uuid:public_id>/", bank.question, name="question"),
    path("bank/<slug:slug>/<uuid:public_id>/suspension/", bank.suspension, name="suspension"),
    path("bank/<slug:slug>/<uuid:public_id>/note/", bank.note, name="note"),
    path("practice/", practice.begin, name="practise"),
    path("practice/answer/", practice.answer, name="attempt"),
    path("practice/feedback/<uuid:public_id>/", practice.feedback, name="attempt_feedback"),
    path("practice/<uuid:public_id>/", practice.practice, name="practice"),
    path("practice/<uuid:public_id>/summary/", practice.summary, name="practice_summary"),
    path("progress/", insights.progress, name="progress"),
    path("settings/data.json", insights.data, name="data"),
    path("settings/letters/", reminders.letters, name="letters"),
    path("settings/letters/again/", reminders.write_again, name="write-again"),
    path("settings/", reminders.moving(review.settings_page), name="settings"),
    path("letters/stop/<str:token>/", reminders.stop, name="stop"),
    path("outbox/", reminders.outbox_page, name="outbox"),
    path("outbox/<str:name>/", reminders.outbox_letter, name="outbox-letter"),
    path("outbox/<str:name>/html", reminders.outbox_html, name="outbox-html"),
    path("staff/clock/", reminders.clock, name="clock"),
]
