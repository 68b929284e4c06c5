"""A mail by which somebody of the staff sees whether mail arrives."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.contenttypes.models import ContentType
from django.template.loader import render_to_string
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from meeting.mail.models import TEST, Message, MessageQuerySet

# More than anybody needs; whoever has a stolen log-in writes no more either.
MOST = 20
MOST_IN = timedelta(minutes=10)


def tests_by(user: AbstractBaseUser) -> MessageQuerySet:
    kind = ContentType.objects.get_for_model(user)
    return Message.objects.filter(content_type=kind, object_id=user.pk, kind=TEST)


def too_many(user: AbstractBaseUser) -> str:
    """What to say to whoever has had so many sent; empty where one more can be."""
    since = timezone.now() - MOST_IN
    if tests_by(user).filter(created_at__gt=since).count() < MOST:
        return ""
    sentence = ngettext(
        "You have sent %d test in the last 10 minutes. Wait a few minutes.",
        "You have sent %d tests in the last 10 minutes. Wait a few minutes.",
        MOST,
    )
    return sentence % MOST


def send_test(user: AbstractBaseUser, to: str) -> Message:
    """Owe it, on its way through all that other mails go through."""
    now = timezone.localtime()
    time = formats.date_format(now, "j F Y, H.i")
    first = _("This is a test: mail from Plenary reaches you.")
    lines = [
        _("%(person)s asked for it at %(time)s (%(zone)s), on %(site)s.")
        % {
            "person": user.get_username(),
            "time": time,
            "zone": timezone.get_current_timezone_name(),
            "site": settings.SITE_URL,
        },
        _(
            "To see whether other servers trust it, show the headers of this mail and"
            " look for spf=pass, dkim=pass and dmarc=pass."
        ),
        _("There is nothing to do."),
    ]
    heading = _("Test of mail")
    html = render_to_string(
        "email/letter.html",
        {
            "heading": heading,
            "first": format_html("{}", first),
            "rest": format_html_join("", "<p>{}</p>", ((line,) for line in lines)),
        },
    )
    return Message.owe(
        user,
        TEST,
        to=to,
        language=get_language() or "en",
        subject=_("A test of mail, %s") % time,
        text="\n\n".join([heading, first, *lines]) + "\n",
        html=html,
    )
