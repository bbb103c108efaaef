"""Every address of the site."""

from django.conf import settings
from django.urls import include, path

from nnprep import installing, views

handler500 = views.server_error

urlpatterns = [
    path("", views.landing, name="landing"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("sw.js", installing.service_worker, name="service_worker"),
    path("offline/", installing.offline, name="offline"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("accounts.auth_urls")),
    path("", include("quizzes.urls")),
]

if settings.OUTBOX:
    urlpatterns += [path("", include("mail.urls"))]

handler429 = "accounts.limits.too_many_requests"
