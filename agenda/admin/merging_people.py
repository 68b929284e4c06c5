"""The page on which two speakers are made one."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.decorators import method_decorator
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agenda.models import Speaker
from agenda.one_person import Plan, merge

NAME = "agenda_speaker_merge"


class WhoForm(forms.Form):
    """Who it is in truth."""

    other = forms.ModelChoiceField(
        Speaker.objects.none(),
        label=_("Is the same person as"),
        help_text=_("Whom you choose stays, with name and address."),
        error_messages={
            "required": _("Choose the person who stays."),
            "invalid_choice": _("This person is there no longer. Choose another."),
        },
    )

    def __init__(self, *args: Any, speaker: Speaker, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Speaker.objects.exclude(pk=speaker.pk)
        self.fields["other"].queryset = others


class MergeForm(forms.Form):
    """What is kept where both have something, and it differs."""

    LABELS = {
        "biography": _("Whose biography is kept?"),
        "photo": _("Whose photo is kept?"),
        "email": _("Which e-mail address is kept?"),
    }

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in plan.both:
            self.fields[name] = forms.ChoiceField(
                label=self.LABELS[name],
                choices=[
                    ("stays", _said(plan.stays, name)),
                    ("gone", _said(plan.gone, name)),
                ],
                widget=forms.RadioSelect,
                initial="stays",
            )

    @property
    def from_gone(self) -> list[str]:
        return [name for name, chosen in self.cleaned_data.items() if chosen == "gone"]


def _said(speaker: Speaker, name: str) -> str:
    if name == "photo":
        return str(speaker)
    return f"{speaker}: {Truncator(getattr(speaker, name)).chars(120)}"


class MergesPeople:
    """The part of the ModelAdmin of speakers that makes one of two."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge)
        return [path("<int:pk>/merge/", view, name=NAME), *super().get_urls()]

    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def merge(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose who stays; then see what moves, and confirm."""
        if not self.may_merge(request):
            raise PermissionDenied
        speaker = get_object_or_404(Speaker, pk=pk)
        who = WhoForm(request.GET if "other" in request.GET else None, speaker=speaker)
        if not who.is_valid():
            return self._show(request, speaker, form=who)
        plan = Plan(speaker, who.cleaned_data["other"])
        form = MergeForm(request.POST if request.method == "POST" else None, plan=plan)
        if form.is_valid():
            return self._merge(request, plan, form)
        return self._show(request, speaker, form=form, plan=plan)

    def may_merge(self, request: HttpRequest) -> bool:
        may_change = self.has_change_permission(request)
        return may_change and self.has_delete_permission(request)

    def _merge(self, request: HttpRequest, plan: Plan, form: MergeForm) -> HttpResponse:
        try:
            stays = merge(
                plan.gone, plan.stays, from_gone=form.from_gone, by=request.user
            )
        except Speaker.DoesNotExist as error:
            raise Http404 from error
        text = _("“%(gone)s” is “%(stays)s” now, with all that belonged to it.")
        names = {"gone": plan.gone, "stays": stays}
        self.message_user(request, text % names, messages.SUCCESS)
        return redirect("admin:agenda_speaker_change", stays.pk)

    def _show(
        self, request: HttpRequest, speaker: Speaker, **more: Any
    ) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Two entries, one person"),
            "speaker": speaker,
            **more,
        }
        return TemplateResponse(request, "admin/agenda/speaker/merge.html", context)
