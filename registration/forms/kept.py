"""Files that came with a form that is shown again: kept, so that nobody sends them twice."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.core import signing
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from meeting.files.keeping import NotKeptError
from registration.answers import in_words
from registration.models import Question, Upload

if TYPE_CHECKING:
    from registration.forms.questions import AsksQuestions

SALT = "registration.upload"
KEPT = "_kept"


class KeptFiles:
    """The files of one form; the browser sends their signed names back, unseen."""

    def __init__(self, form: "AsksQuestions") -> None:
        self.form = form
        self.questions = [
            question
            for question in form.questions
            if question.kind == Question.Kind.FILE and question.key in form.fields
        ]
        for question in self.questions:
            stored = form.stored.answers.get(question.pk)
            widget = form.fields[question.key].widget
            widget.kept_name = in_words(question, stored) if stored else ""
            if upload := self.uploads.get(question.pk):
                form.initial[question.key] = upload
                self._name(question, upload)

    @cached_property
    def uploads(self) -> dict[int, Upload]:
        """What was kept of this form before, by question: one query."""
        tokens = set(filter(None, map(self._token_of, self.questions)))
        kept = Upload.objects.filter(token__in=tokens) if tokens else []
        uploads = {upload.question_id: upload for upload in kept}
        for question in self.questions:
            if question.pk in uploads:
                uploads[question.pk].question = question
        return uploads

    def _token_of(self, question: Question) -> UUID | None:
        token = self.form.data.get(name_of(question), "")
        try:
            return UUID(signing.loads(token, salt=self._salt)) if token else None
        except signing.BadSignature:
            return None

    @property
    def _salt(self) -> str:
        return f"{SALT}.{self.form.kept_under}"

    def _name(self, question: Question, upload: Upload) -> None:
        widget = self.form.fields[question.key].widget
        widget.kept_name, widget.token_name = upload.file_name, name_of(question)
        self.form.offer_to_take_away(question)
        widget.token = signing.dumps(str(upload.token), salt=self._salt)

    def check(self, asked: set[str]) -> None:
        """Say so where a file that was kept is no longer here."""
        for question in self.questions:
            is_named = bool(self.form.data.get(name_of(question)))
            is_here = question.pk in self.uploads or self.form.files.get(question.key)
            if question.key in asked and is_named and not is_here:
                text = _(
                    "“%(question)s”: your file is no longer here. Choose it again."
                )
                params = {"question": question.text}
                self.form._errors.pop(question.key, None)
                self.form.add_error(question.key, ValidationError(text, "gone", params))

    def keep(self) -> None:
        """Keep what came with this form, which is about to be shown again."""
        if self.form.has_error(NON_FIELD_ERRORS, "not_kept"):
            return  # It was just tried in vain, and that is said.
        for question in self.questions:
            sent = self.form.cleaned_data.get(question.key)
            if isinstance(sent, UploadedFile):
                self._keep_one(question, sent)

    def _keep_one(self, question: Question, sent: UploadedFile) -> None:
        try:
            upload = Upload.keep(question, sent)
        except NotKeptError as error:
            self.form.add_error(question.key, error)
        else:
            self.uploads[question.pk] = upload
            self._name(question, upload)

    @property
    def tokens(self) -> list[tuple[str, str]]:
        """Names and values of hidden inputs, for a page that does not show the files."""
        widgets = [self.form.fields[each.key].widget for each in self.questions]
        return [(each.token_name, each.token) for each in widgets if each.token]


def name_of(question: Question) -> str:
    return question.key + KEPT
