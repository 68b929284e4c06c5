"""The map of the site: each prefix is written once, under its full address."""

from django.contrib import admin
from django.urls import path

urlpatterns = [
    path("admin/", admin.site.urls),
]
