"""What the clock's jobs did last."""

from __future__ import annotations

from django.db import models


class JobRun(models.Model):
    """When one of the clock's jobs ran last, how long it took, how much it did, and what went wrong."""

    name = models.CharField(max_length=40, primary_key=True)
    last_run_at = models.DateTimeField()
    milliseconds = models.PositiveIntegerField()
    done = models.PositiveIntegerField()
    error = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.name


class Mark(models.Model):
    """A moment by name: when the clock was started, when a row was last written to see whether that works."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
