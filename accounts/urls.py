"""Addresses of the account, besides those of sign-up and login."""

from django.urls import URLPattern

app_name = "accounts"

urlpatterns: list[URLPattern] = []
