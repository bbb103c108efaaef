"""The wiring of nnprep. Importing it makes the Celery application known to `shared_task`."""

from nnprep.celery import app as celery_app

__all__ = ["celery_app"]
