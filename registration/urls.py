"""The addresses of registration, all under /<slug>/."""

from django.urls import include, path

from registration import views

# /<slug>/register/
register_urls = [
    path("", views.register, name="register"),
    path("sent/<str:token>/", views.registered, name="registered"),
]
# /<slug>/me/<token>/
me_urls = [
    path("", views.me, name="me"),
    path("correct/", views.correct, name="me-correct"),
    path("withdraw/", views.withdraw, name="me-withdraw"),
    path("return/", views.come_back, name="me-return"),
    path("calendar.ics", views.calendar, name="me-calendar"),
]
urlpatterns = [
    path("register/", include(register_urls)),
    path("participants/", views.participants, name="participants"),
    path("me/<str:token>/", include(me_urls)),
]
