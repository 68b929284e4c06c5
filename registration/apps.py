from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class RegistrationConfig(AppConfig):
    name = "registration"
    verbose_name = _("Registration")

    def ready(self) -> None:
        from registration.groups import make_groups

        # The last of our apps: by now every permission is there.
        post_migrate.connect(make_groups, sender=self)
