"""What the staff may do: three groups, kept complete after every migration."""

from typing import Any

from django.apps import apps as current
from django.apps.registry import Apps

SECRETARIAT = "Secretariat"
ORGANIZER = "Organizer"
# Beside one of these, for the few who need it.
SENSITIVE = "Sensitive answers"

PROGRAMME = [
    "meeting.meeting",
    "meeting.page",
    "meeting.reference",
    "agenda.day",
    "agenda.session",
    "agenda.item",
    "agenda.presentation",
    "agenda.role",
    "agenda.speaker",
    "agenda.material",
    "agenda.contributor",
    "agenda.request",
    "agenda.submission",
    "registration.category",
    "registration.privacynotice",
    "registration.question",
    "registration.option",
]


def permissions(model: str, *actions: str) -> set[str]:
    app, name = model.split(".")
    return {f"{app}.{action}_{name}" for action in actions}


EXPORT = permissions("registration.registration", "view", "export") | permissions(
    "registration.tally", "view"
)
PERMISSIONS = {
    # Who does not come is declined or withdraws: nobody's registration is deleted.
    SECRETARIAT: EXPORT
    | permissions("registration.registration", "add", "change")
    | permissions("registration.bulkwork", "view")
    | permissions("registration.mailtext", "view", "change")
    | permissions("registration.mailing", "view", "add", "change", "delete")
    # Nobody changes what was sent: who may change has it sent again, and tests made.
    | permissions("mail.message", "view", "change")
    | permissions("auditlog.logentry", "view")
    # What readers saw once is never deleted; one that is planned is withdrawn.
    | permissions("agenda.release", "view", "add", "change")
    | permissions("agenda.mark", "view", "add", "change")
    | {
        permission
        for model in PROGRAMME
        for permission in permissions(model, "view", "add", "change", "delete")
    },
    SENSITIVE: {"registration.view_sensitive"},
    ORGANIZER: EXPORT.union(
        permissions("registration.mailtext", "view"),
        permissions("registration.mailing", "view"),
        *(
            permissions(model, "view")
            for model in [*PROGRAMME, "agenda.mark", "agenda.release", "mail.message"]
        ),
    ),
}


def make_groups(*, using: str, apps: Apps = current, **kwargs: Any) -> None:
    """Give each group what it lacks; what an operator gave besides stays."""
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        every_permission = apps.get_model("auth", "Permission").objects.using(using)
    except LookupError:
        return  # Migrated back, or not yet as far.
    known = {
        f"{app}.{codename}": pk
        for app, codename, pk in every_permission.values_list(
            "content_type__app_label", "codename", "pk"
        )
    }
    for name, wanted in PERMISSIONS.items():
        group, _created = groups.get_or_create(name=name)
        group.permissions.add(*(known[each] for each in wanted & known.keys()))
