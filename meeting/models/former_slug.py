from django.db import models

from meeting.models.meeting import Meeting


class FormerSlug(models.Model):
    """A short address that a meeting had: whoever comes by it is led to the new one."""

    slug = models.SlugField(max_length=50, unique=True)
    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
