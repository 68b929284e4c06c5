import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import registration.models.answer


class Migration(migrations.Migration):
    dependencies = [
        ("agenda", "0002_sessions_to_choose"),
        ("registration", "0004_places_and_statuses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Answer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("value", models.TextField(blank=True, verbose_name="answer")),
                (
                    "file",
                    models.FileField(
                        blank=True,
                        upload_to=registration.models.answer.answer_path,
                        verbose_name="file",
                    ),
                ),
                (
                    "file_name",
                    models.CharField(
                        blank=True, max_length=200, verbose_name="name of the file"
                    ),
                ),
                ("is_sealed", models.BooleanField(default=False, editable=False)),
                (
                    "answered_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="answered"
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
            },
        ),
        migrations.CreateModel(
            name="Choice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("received", "chosen"),
                            ("waiting", "on the waiting list"),
                            ("offered", "offered a place"),
                            ("confirmed", "has a place"),
                        ],
                        default="received",
                        max_length=9,
                        verbose_name="status",
                    ),
                ),
                (
                    "queued_at",
                    models.DateTimeField(
                        default=django.utils.timezone.now, verbose_name="chosen"
                    ),
                ),
                ("offer_until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "choice",
                "verbose_name_plural": "choices",
                "ordering": ["queued_at", "pk"],
            },
        ),
        migrations.AddField(
            model_name="answer",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="answers",
                to="registration.registration",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="registration",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="choices",
                to="registration.registration",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="choices",
                to="agenda.session",
            ),
        ),
        migrations.AddField(
            model_name="choice",
            name="option",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="choices",
                to="registration.option",
            ),
        ),
        migrations.AddField(
            model_name="answer",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="answers",
                to="registration.question",
            ),
        ),
        migrations.AddIndex(
            model_name="choice",
            index=models.Index(
                fields=["session", "status"], name="registratio_session_995a56_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="choice",
            index=models.Index(
                fields=["option", "status"], name="registratio_option__1679b0_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("session__isnull", True),
                    ("option__isnull", True),
                    _connector="XOR",
                ),
                name="choice_of_one_thing",
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.UniqueConstraint(
                fields=("registration", "session"), name="choice_session_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.UniqueConstraint(
                fields=("registration", "option"), name="choice_option_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="choice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status__in", ["received", "waiting", "offered", "confirmed"])
                ),
                name="choice_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="answer",
            constraint=models.UniqueConstraint(
                fields=("registration", "question"), name="answer_once_a_question"
            ),
        ),
    ]
