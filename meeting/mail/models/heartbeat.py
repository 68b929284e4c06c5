"""Whether worker, beat and the queue between them live."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a part of the installation was heard last; a row each."""

    class Part(models.TextChoices):
        WORKER = "worker", _("worker")
        BEAT = "beat", _("beat")
        # Asked for by beat, done by a worker: what lies between works too.
        QUEUE = "queue", _("queue")

    name = models.CharField(
        max_length=20, choices=Part, default=Part.QUEUE, unique=True
    )
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} {self.at.isoformat()}"

    @classmethod
    def note(cls, name: str) -> None:
        cls.objects.update_or_create(name=name, defaults={"at": timezone.now()})
