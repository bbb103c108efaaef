"""Addresses of sign-up and login: ours where they differ, then allauth's."""

from allauth.account.urls import urlpatterns as of_allauth
from django.urls import path, re_path

from accounts import entrance

urlpatterns = [
    path("login/", entrance.Login.as_view(), name="account_login"),
    path("signup/", entrance.Signup.as_view(), name="account_signup"),
    path("reauthenticate/", entrance.Reauthenticate.as_view(), name="account_reauthenticate"),
    path("email/", entrance.Email.as_view(), name="account_email"),
    path("confirm-email/", entrance.email_verification_sent, name="account_email_verification_sent"),
    path("password/reset/", entrance.PasswordReset.as_view(), name="account_reset_password"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.PasswordResetFromKey.as_view(),
        name="account_reset_password_from_key",
    ),
    path("email/restore/<str:token>/", entrance.restore_email, name="account_restore_email"),
    *of_allauth,
]
