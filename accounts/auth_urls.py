"""Addresses of sign-up and login: ours where they differ, then allauth's."""

from allauth.account.urls import urlpatterns as of_allauth
from django.urls import path, re_path

from accounts import auth_views

urlpatterns = [
    path("login/", auth_views.Login.as_view(), name="account_login"),
    path("signup/", auth_views.Signup.as_view(), name="account_signup"),
    path("reauthenticate/", auth_views.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("email/", auth_views.Email.as_view(), name="account_email"),
    path("confirm-email/", auth_views.email_verification_sent, name="account_email_verification_sent"),
    path("password/reset/", auth_views.PasswordReset.as_view(), name="account_reset_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        auth_views.PasswordResetFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    path("email/restore/<str:token>/", auth_views.restore_email, name="account_restore_email"),
    *of_allauth,
]
