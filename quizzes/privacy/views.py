"""All my data, to take along."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.http import SignedInRequest
from quizzes.privacy.export import all_my_data


@require_safe
def data(request: SignedInRequest) -> StreamingHttpResponse:
    """Hand out everything the site holds about the person who is signed in, as one JSON file."""
    response = StreamingHttpResponse(
        all_my_data(request.user, now=timezone.now()), content_type="application/json"
    )
    response["Content-Disposition"] = 'attachment; filename="nnprep-data.json"'
    return response
