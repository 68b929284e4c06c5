"""The programme's addresses, all under /<slug>/."""

from django.urls import path

from agenda import views

urlpatterns = [
    path("agenda/", views.agenda, name="agenda"),
    path("agenda.ics", views.agenda_ics, name="agenda-ics"),
    path("agenda/<str:item>/", views.item, name="item"),
    path("speakers/", views.speakers, name="speakers"),
    path("speakers/<str:speaker>/", views.speaker, name="speaker"),
    path("documents/", views.documents, name="documents"),
    path("documents/<int:pk>/<str:filename>", views.material, name="material"),
]
