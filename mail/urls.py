"""Addresses of the pages that show what stayed on this machine."""

from django.urls import path

from mail import views

app_name = "mail"

urlpatterns = [
    path("outbox/", views.outbox, name="outbox"),
    path("outbox/<str:name>/", views.outbox_email, name="outbox-email"),
    path("outbox/<str:name>/html", views.outbox_html, name="outbox-html"),
]
