"""Addresses of the product."""

from django.urls import path

from quizzes.bank import views as bank
from quizzes.insights import views as insights
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
    path("welcome/", review.welcome, name="welcome"),
    path("bank/", bank.bank, name="bank"),
    path("bank/<slug:slug>/", bank.topic, name="topic"),
    path("progress/", insights.progress, name="progress"),
    path("settings/data.json", insights.data, name="data"),
    path("settings/", review.settings_page, name="settings"),
]
