"""Every address of the site."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from nnprep import views

# Staff sign in where everyone does: one login, one set of rate limits.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", views.landing, name="landing"),
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("accounts/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("", include("quizzes.urls")),
    # Last, since it answers to everything below it.
    path("staff/", admin.site.urls),
]
