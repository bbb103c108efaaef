"""Addresses of the account, besides those of sign-up and login."""

from django.urls import path

from accounts import views

app_name = "accounts"

urlpatterns = [
    path("settings/delete/", views.delete, name="delete"),
]
