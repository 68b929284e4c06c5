import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meeting", "0003_registration_rules"),
        ("registration", "0002_default_categories"),
    ]

    operations = [
        migrations.CreateModel(
            name="Option",
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
                ("text", models.CharField(max_length=200, verbose_name="answer")),
                (
                    "capacity",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: no limit.",
                        null=True,
                        verbose_name="places",
                    ),
                ),
                (
                    "is_retired",
                    models.BooleanField(
                        default=False,
                        help_text="No longer offered; answers stay.",
                        verbose_name="retired",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        db_index=True, default=0, verbose_name="order"
                    ),
                ),
            ],
            options={
                "verbose_name": "option",
                "verbose_name_plural": "options",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="PrivacyNotice",
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
                    "version",
                    models.PositiveIntegerField(editable=False, verbose_name="version"),
                ),
                (
                    "text",
                    models.TextField(
                        help_text="Markdown: a blank line between paragraphs, “- ” before a point.",
                        verbose_name="text",
                    ),
                ),
                (
                    "published_at",
                    models.DateTimeField(
                        blank=True,
                        editable=False,
                        help_text="From then on people agree to this version as they register.",
                        null=True,
                        verbose_name="published",
                    ),
                ),
            ],
            options={
                "verbose_name": "privacy notice",
                "verbose_name_plural": "privacy notices",
                "ordering": [
                    "meeting",
                    models.OrderBy(models.F("version"), descending=True),
                ],
            },
        ),
        migrations.CreateModel(
            name="Question",
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
                    "text",
                    models.CharField(
                        help_text="As people read it.",
                        max_length=300,
                        verbose_name="question",
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("short", "short text"),
                            ("long", "long text"),
                            ("number", "number"),
                            ("yes_no", "yes or no"),
                            ("one", "one of a list"),
                            ("several", "several of a list"),
                            ("date", "date"),
                            ("country", "country"),
                            ("file", "file"),
                        ],
                        default="short",
                        max_length=8,
                        verbose_name="answer",
                    ),
                ),
                (
                    "help_text",
                    models.CharField(
                        blank=True,
                        help_text="Stands below the question: why it is asked, or an example.",
                        max_length=500,
                        verbose_name="hint",
                    ),
                ),
                (
                    "is_required",
                    models.BooleanField(default=False, verbose_name="must be answered"),
                ),
                (
                    "depends_value",
                    models.CharField(
                        blank=True,
                        help_text="“yes” or “no”, the words of an option, or the name of a country.",
                        max_length=300,
                        verbose_name="has the answer",
                    ),
                ),
                (
                    "is_sensitive",
                    models.BooleanField(
                        default=False,
                        help_text="Stored encrypted, masked in lists, and shown only to those who may see sensitive answers; each reading is recorded.",
                        verbose_name="sensitive",
                    ),
                ),
                (
                    "retention_days",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="After the meeting. Empty: as long as the registration.",
                        null=True,
                        verbose_name="days for which answers are kept",
                    ),
                ),
                (
                    "is_retired",
                    models.BooleanField(
                        default=False,
                        help_text="No longer asked; the answers that were given stay.",
                        verbose_name="retired",
                    ),
                ),
                (
                    "position",
                    models.PositiveIntegerField(
                        db_index=True, default=0, verbose_name="order"
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ["position", "pk"],
            },
        ),
        migrations.AddField(
            model_name="privacynotice",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="notices",
                to="meeting.meeting",
                verbose_name="meeting",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="categories",
            field=models.ManyToManyField(
                blank=True,
                help_text="Categories that are asked. None chosen: everybody is.",
                related_name="questions",
                to="registration.category",
                verbose_name="only for",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="depends_on",
            field=models.ForeignKey(
                blank=True,
                help_text="Asked only if this other question has the answer below.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dependents",
                to="registration.question",
                verbose_name="only if",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="depends_option",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="dependents",
                to="registration.option",
            ),
        ),
        migrations.AddField(
            model_name="question",
            name="meeting",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="questions",
                to="meeting.meeting",
                verbose_name="meeting",
            ),
        ),
        migrations.AddField(
            model_name="option",
            name="question",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="options",
                to="registration.question",
            ),
        ),
        migrations.AddConstraint(
            model_name="privacynotice",
            constraint=models.UniqueConstraint(
                fields=("meeting", "version"), name="notice_version_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="question",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_sensitive", True),
                    ("kind__in", ["one", "several"]),
                    _negated=True,
                ),
                name="question_sensitive_is_written",
                violation_error_message="A choice from a list is not stored encrypted. Ask for a text, number, date or file, or do not mark it as sensitive.",
            ),
        ),
        migrations.AddConstraint(
            model_name="option",
            constraint=models.UniqueConstraint(
                fields=("question", "text"),
                name="option_once_a_question",
                violation_error_message="This option is there already.",
            ),
        ),
    ]
