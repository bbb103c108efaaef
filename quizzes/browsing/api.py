"""What this room offers the others: they import nothing else of it but its tables."""

from quizzes.browsing import probing, trial
from quizzes.browsing.probing import Probe
from quizzes.browsing.views.trial import sample

__all__ = ["Probe", "probing", "sample", "trial"]
