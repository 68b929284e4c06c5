"""Members of the staff, as their groups let them in."""

from django.contrib.auth.models import Group, User
from django.test import Client

from tests.making import make_user


def make_member(group: str, username: str = "") -> User:
    user = make_user(username)
    user.groups.add(Group.objects.get(name=group))
    return user


def sign_in(client: Client, group: str = "Secretariat", username: str = "") -> User:
    user = make_member(group, username)
    client.force_login(user)
    return user


def form_data(response) -> dict[str, str]:
    """What a browser would send back of an admin form, unchanged."""
    context = response.context
    data = form_values(context["adminform"].form)
    for inline in context["inline_admin_formsets"]:
        data |= form_values(inline.formset.management_form)
        for form in inline.formset.forms:
            data |= form_values(form)
    if context.get("seen") is not None:
        data["seen"] = str(context["seen"])
    return data


def form_values(form) -> dict[str, str]:
    """What a browser would send back of one form, unchanged."""
    values = {}
    for field in form:
        value = field.value()
        if value is None or value is False or field.html_name.endswith("-DELETE"):
            continue
        shown = field.field.prepare_value(value)
        widget = field.field.widget
        values[field.html_name] = (
            shown if isinstance(shown, list) else widget.format_value(shown) or ""
        )
        if value is True:
            values[field.html_name] = "on"
    return values
