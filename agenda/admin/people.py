"""Speakers, the same ones in every edition."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.decorators import method_decorator
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from agenda import portraits
from agenda.admin.merging_people import MergesPeople
from agenda.admin.photos import PhotoField, seen_name
from agenda.models import Release, Role, Speaker
from agenda.names import sortable
from agenda.papers.keeping import not_in_fonts
from meeting.admin.base import PlenaryModelAdmin, short_name
from meeting.mail.admin import mails_about
from meeting.models import Meeting
from meeting.words import plain


class SpeakerForm(forms.ModelForm):
    """People are of all meetings: what the page showed goes along with it."""

    photo = PhotoField(
        label=_("Photo"),
        required=False,
        help_text=_("JPG or PNG. Shown on the person's page and among the speakers."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.fields.keys() - {"photo"}:
            self.fields[name].show_hidden_initial = self.instance.pk is not None
        if "biography" in self.fields:
            self.fields["biography"].widget.attrs["rows"] = 10

    def clean_photo(self) -> Any:
        typed = self.cleaned_data["photo"]
        if self.instance.pk:
            seen = self.data.get(seen_name(self.add_prefix("photo")), "")
            self.fields["photo"].clean_meanwhile(self.instance, seen, typed)
        return typed

    def clean(self) -> dict[str, Any]:
        """What is typed over another's change is said; what is not typed stays theirs."""
        data = super().clean()
        texts = data.keys() - {"photo"}
        for name in sorted(texts) if self.instance.pk else []:
            now = self.initial.get(name) or ""
            field = self.fields[name]
            shown = self.data.get(self.add_initial_prefix(name), now)
            if not field.has_changed(shown, now):
                continue
            if not field.has_changed(shown, data[name]):
                data[name] = now
            elif field.has_changed(now, data[name]):
                sentence = _(
                    "Somebody else has changed this meanwhile, to “%(now)s”. Save again"
                    " to have yours nevertheless."
                )
                error = ValidationError(sentence, "changed_meanwhile", {"now": now})
                self.add_error(name, error)
                # So that the page, sent again, knows what it has shown.
                self.data = self.data.copy()
                self.data[self.add_initial_prefix(name)] = now
        return data


@admin.register(Speaker)
class SpeakerAdmin(MergesPeople, PlenaryModelAdmin):
    section = "programme"
    form = SpeakerForm
    list_display = ["name", "role_count"]
    search_fields = ["sort_name", "name"]
    search_help_text = _("By any part of the name, with or without accents.")
    ordering = ["sort_name", "pk"]
    # The person says whether they take news, by the link in a mail.
    readonly_fields = ["takes_news", "appearances", "stored_photo"]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        photo = path("<int:pk>/photo/", view(self.photo), name="agenda_speaker_photo")
        return [photo, *super().get_urls()]

    def get_fields(self, request: HttpRequest, obj: Speaker | None = None) -> list[str]:
        may_change = self.has_change_permission(request, obj)
        return [
            "name",
            "slug",
            "email",
            "takes_news",
            "biography",
            "photo" if may_change else "stored_photo",
            "appearances",
        ]

    @method_decorator(require_safe)
    def photo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Also of somebody who is on no agenda yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        speaker = get_object_or_404(Speaker, pk=pk)
        return portraits.give(request, speaker.photo, name=speaker.slug)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """With all mails to the person."""
        speaker = self.get_object(request, object_id)
        more = mails_about(request, speaker) if speaker else {}
        more |= {"may_merge": self.may_merge(request)}
        return super().change_view(
            request, object_id, form_url, more | (extra_context or {})
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        return super().get_queryset(request).annotate(role_count=Count("roles"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Speaker], search_term: str
    ) -> tuple[QuerySet[Speaker], bool]:
        """Find without accents and case: sort names have neither."""
        found, may_repeat = super().get_search_results(
            request, queryset, sortable(search_term)
        )
        # Of those saved by an earlier version, sort names have other letters.
        earlier, _repeats = super().get_search_results(
            request, queryset, plain(search_term)
        )
        return found | earlier, may_repeat

    def todo(self, request: HttpRequest, meeting: Meeting) -> Iterator[dict[str, Any]]:
        release = Release.objects.current(meeting)
        if release is None:
            return
        release.meeting = meeting
        if texts := not_in_fonts(release):
            yield {
                "count": len(texts),
                "text": ngettext(
                    "name or title has letters that cannot be printed. Until it is"
                    " written in others, the PDF of the organization of work cannot"
                    " be read aloud: %(texts)s",
                    "names or titles have letters that cannot be printed. Until they"
                    " are written in others, the PDF of the organization of work"
                    " cannot be read aloud: %(texts)s",
                    len(texts),
                )
                % {"texts": "; ".join(texts)},
                "url": reverse("organization-of-work-pdf", args=[meeting.slug]),
            }

    @admin.display(description=_("appearances"), ordering="role_count")
    def role_count(self, speaker: Speaker) -> int:
        return speaker.role_count  # Annotated by get_queryset().

    @admin.display(description=_("photo"))
    def stored_photo(self, speaker: Speaker) -> SafeString | str:
        if not speaker.photo:
            return ""
        return format_html(
            '<img src="{}?v={}" width="120" height="120" alt="">',
            reverse("admin:agenda_speaker_photo", args=[speaker.pk]),
            portraits.version_of(speaker),
        )

    @admin.display(description=_("appearances"))
    def appearances(self, speaker: Speaker) -> SafeString | str:
        if speaker.pk is None:
            return ""
        roles = speaker.roles.select_related(
            "item__meeting", "presentation__meeting", "presentation__item"
        )
        lines = format_html_join(
            "", '<li><a href="{}">{}</a> · {}</li>', (_place(role) for role in roles)
        )
        return format_html_join("", "<ul>{}</ul>", [(lines,)]) if lines else ""


def _place(role: Role) -> tuple[Any, ...]:
    place = role.item or role.presentation
    url = reverse(f"admin:agenda_{place._meta.model_name}_change", args=[place.pk])
    words = f"{role.get_kind_display()}: {place}"
    return url, words, short_name(place.meeting)
