"""The editor of a mail's words: its form, what it would look like, and a test of it.

Used for the kinds of mail that the system sends, and for mails to many: whoever shows
a page with a `TextsForm` of a `Wording` includes `_text_editor.html`, and answers its
buttons with `preview` and `send_test`.
"""

from typing import Any

from csp.constants import NONE, SELF, UNSAFE_INLINE
from csp.decorators import csp
from django import forms
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language_info, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin

from meeting.letters import mistakes
from meeting.mail.cleaning import lines, one_line
from registration.mails.trying import owe_test, why_not
from registration.mails.wording import MOST_FOUND, Text, Wording, languages
from registration.models.mail_text import LONGEST

# A mail has its looks inside it; nothing else may come in, or run.
POLICY = {
    "default-src": [NONE],
    "style-src": [SELF, UNSAFE_INLINE],
    "base-uri": [NONE],
    "form-action": [NONE],
    "frame-ancestors": [SELF],
}


class BodyField(forms.CharField):
    """A text on many lines, with the spaces that somebody put at their beginnings."""

    def to_python(self, value: Any) -> str:
        return lines(super().to_python(value)).strip()


class TextsForm(forms.Form):
    """Subject and body in each language in which mails are written."""

    version = forms.CharField(required=False, widget=forms.HiddenInput)
    whom = forms.CharField(
        label=gettext_lazy("Filled in for"),
        max_length=200,
        required=False,
        widget=forms.TextInput({"class": "vTextField", "data-whom": ""}),
        help_text=gettext_lazy(
            "Reference, e-mail or name of a person. Empty: somebody made up."
        ),
    )

    def __init__(
        self, *args: Any, wording: Wording, may_change: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.wording, self.may_change = wording, may_change
        self.use_required_attribute = False
        self.label_suffix = ""
        self.fields["version"].initial = wording.version
        for language, name in languages().items():
            self._add_fields(language, name)

    def _add_fields(self, language: str, name: str) -> None:
        subject, body = _labels(name)
        text = self.wording.shown(language)
        attrs = {
            "lang": language,
            "dir": "rtl" if get_language_info(language)["bidi"] else "ltr",
            "readonly": not self.may_change,
            "data-places": "",
        }
        is_needed = language == "en"
        self.fields[f"subject_{language}"] = forms.CharField(
            label=subject,
            max_length=200,
            required=is_needed,
            initial=text.subject,
            widget=forms.TextInput(attrs | {"class": "vTextField"}),
            error_messages={"required": _("Write a subject.")},
        )
        self.fields[f"body_{language}"] = BodyField(
            label=body,
            max_length=LONGEST,
            required=is_needed,
            initial=text.body,
            widget=forms.Textarea(attrs | {"class": "vLargeTextField", "rows": 16}),
            error_messages={"required": _("Write a text.")},
        )

    @property
    def texts(self) -> list[dict[str, Any]]:
        """The fields of each language, for the page."""
        return [
            {
                "language": language,
                "name": name,
                "subject": self[f"subject_{language}"],
                "body": self[f"body_{language}"],
                "is_own": language in self.wording.stored,
            }
            for language, name in languages().items()
        ]

    @property
    def is_many(self) -> bool:
        return len(languages()) > 1

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        for language in languages():
            for name in (f"subject_{language}", f"body_{language}"):
                for error in mistakes(data.get(name, ""), self.wording.placeholders):
                    self.add_error(name, error)
            self._clean_halves(language)
        return data

    def _clean_halves(self, language: str) -> None:
        """A text has a subject and a body, or neither."""
        text = self.text(language)
        if language == "en" or bool(text.subject) == bool(text.body):
            return
        name = "body" if text.subject else "subject"
        sentence = _("Write both subject and text in this language, or neither.")
        self.add_error(f"{name}_{language}", ValidationError(sentence, "half"))

    def text(self, language: str) -> Text:
        """What was written, as far as it is well."""
        subject = self.cleaned_data.get(f"subject_{language}", "")
        return Text(subject, self.cleaned_data.get(f"body_{language}", ""))

    def typed(self, language: str) -> Text:
        """What stands in the fields, well or not: for looking at."""
        subject = self[f"subject_{language}"].value() or ""
        body = self[f"body_{language}"].value() or ""
        return Text(subject[:200], lines(body).strip()[:LONGEST])

    def save(self) -> bool:
        """Store what was written; False, and an error, where others did so meanwhile."""
        try:
            self.wording.save(
                {language: self.text(language) for language in languages()},
                self.cleaned_data["version"],
            )
        except ValidationError as error:
            self.add_error(None, error)
            # Who saves once more has seen it.
            self.data = self.data.copy()
            self.data[self.add_prefix("version")] = self.wording.version
            return False
        return True

    @property
    def is_overtaken(self) -> bool:
        return self.has_error(NON_FIELD_ERRORS, "meanwhile")


def _labels(language: str) -> tuple[str, str]:
    if len(settings.LANGUAGES) == 1:
        return _("Subject"), _("Text")
    return (
        _("Subject, in %s") % language,
        _("Text, in %s") % language,
    )


# What the buttons answer.


@csp(POLICY)
@xframe_options_sameorigin
def preview(request: HttpRequest, wording: Wording, prefix: str = "") -> HttpResponse:
    """What was typed, as it would arrive; nothing is saved."""
    return _show(request, _Draft(request, wording, prefix))


@csp(POLICY)
@xframe_options_sameorigin
def send_test(request: HttpRequest, wording: Wording, prefix: str = "") -> HttpResponse:
    """Owe what was typed to whoever asks, and to nobody else; show it, too."""
    draft = _Draft(request, wording, prefix)
    if refusal := draft.problem or why_not(request.user):
        return _show(request, draft, refusal=_("No test was sent. %s") % refusal)
    if draft.mistakes:
        refusal = _("No test was sent. Correct first what is said here.")
        return _show(request, draft, refusal=refusal)
    owe_test(request.user, wording, draft.written, draft.language, draft.person)
    return _show(request, draft, test=_on_its_way(request.user.email))


def for_frame(html: str) -> str:
    """Its links would open windows, which its frame does not let them."""
    return html.replace("<head>", '<head><base target="_blank">', 1)


class _Draft:
    """What one of the buttons was pressed for: a text, a language, a person."""

    def __init__(self, request: HttpRequest, wording: Wording, prefix: str) -> None:
        form = TextsForm(request.POST or None, wording=wording, prefix=prefix or None)
        asked = request.POST.get("language", "en")
        self.wording = wording
        self.language = asked if asked in languages() else "en"
        self.text = form.typed(self.language)
        self.person: Any = None
        self.problem = ""
        self._look_for(one_line(form["whom"].value() or "", 200), request.user)
        self.written = wording.written(self.language, self.text, self.person)

    def _look_for(self, words: str, user: User) -> None:
        if not words:
            return
        if not user.has_perm("registration.view_registration"):
            self.problem = _("You may not see people: leave “Filled in for” empty.")
            return
        found = self.wording.find(words)
        if len(found) == 1:
            self.person = found[0]
        else:
            self.problem = _whom(words, found)

    @property
    def html(self) -> str:
        return for_frame(self.written.html)

    @property
    def mistakes(self) -> list[str]:
        known = self.wording.placeholders
        return [
            sentence
            for words in self.text
            for error in mistakes(words, known)
            for sentence in error.messages
        ]


def _whom(words: str, found: list[Any]) -> str:
    if not found:
        sentence = _(
            "Nobody is found by “%s”. Write a reference, an e-mail address or a part of"
            " a name. This is how it comes to somebody made up."
        )
        return sentence % words
    names = "; ".join(map(_named, found))
    if len(found) == MOST_FOUND:
        names = _("%s and perhaps others") % names
    sentence = _(
        "“%(words)s” names more than one person: %(names)s. Write the reference or the"
        " e-mail address. This is how it comes to somebody made up."
    )
    return sentence % {"words": words, "names": names}


def _named(person: Any) -> str:
    reference = getattr(person, "reference", "")
    return f"{person.name} ({reference})" if reference else person.name


def _on_its_way(address: str) -> str:
    if settings.EMAIL_URL:
        return _("A test is on its way to %s.") % address
    return _(
        "A test to %s is kept in the outbox: no mail server is set. It leaves once one"
        " is."
    ) % (address)


def _show(
    request: HttpRequest, draft: _Draft, *, test: str = "", refusal: str = ""
) -> HttpResponse:
    person = draft.person
    context = {
        "draft": draft,
        "language": get_language_info(draft.language),
        "whom": _named(person) if person else "",
        "test": test,
        "refusal": refusal or draft.problem,
    }
    return render(request, "admin/registration/mail_preview.html", context)
