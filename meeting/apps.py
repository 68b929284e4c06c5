from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class MeetingConfig(AppConfig):
    name = "meeting"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        from meeting.sqlite import teach_letters

        connection_created.connect(teach_letters)
