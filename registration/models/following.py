from django.db import models

from agenda.models import OwnAgenda


class Follow(models.Model):
    """A person who wants to be written to when what they have starred changes."""

    registration = models.OneToOneField(
        "registration.Registration", models.CASCADE, related_name="follow"
    )
    agenda = models.ForeignKey(OwnAgenda, models.CASCADE, related_name="follows")
    since = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return str(self.registration_id)
