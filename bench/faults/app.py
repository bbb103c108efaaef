"""The clock of the site with its jobs every second, for workers and beats that are to be broken."""

from nnprep.celery import app

app.conf.beat_max_loop_interval = 1
app.conf.beat_schedule = {
    "enqueue e-mails": {"task": "quizzes.enqueue_emails", "schedule": 1.0, "options": {"expires": 5}},
    "send e-mails": {"task": "quizzes.send_emails", "schedule": 1.0, "options": {"expires": 5}},
}

__all__ = ["app"]
