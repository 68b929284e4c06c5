import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("registration", "0003_questions_and_notices"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="registration",
            options={
                "ordering": ["-created_at", "-pk"],
                "permissions": [
                    ("export_registration", "Can export registrations"),
                    ("view_sensitive", "Can see sensitive answers"),
                ],
                "verbose_name": "registration",
                "verbose_name_plural": "registrations",
            },
        ),
        migrations.RemoveConstraint(
            model_name="registration",
            name="registration_status_known",
        ),
        migrations.AddField(
            model_name="category",
            name="approval",
            field=models.CharField(
                choices=[
                    ("automatic", "automatic, as long as there are seats"),
                    ("secretariat", "by the secretariat"),
                ],
                default="secretariat",
                help_text="Who decides that somebody of this category takes part.",
                max_length=11,
                verbose_name="approval",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="capacity",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="At each meeting, for this category. Empty: no limit of its own.",
                null=True,
                verbose_name="seats",
            ),
        ),
        migrations.AddField(
            model_name="category",
            name="organization_capacity",
            field=models.PositiveIntegerField(
                blank=True,
                help_text="Empty: as the meeting says.",
                null=True,
                verbose_name="seats for each State or organization",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="agreed_at",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="agreed"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="arrived_at",
            field=models.DateTimeField(
                default=django.utils.timezone.now,
                editable=False,
                verbose_name="in line since",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="decline_reason",
            field=models.TextField(
                blank=True,
                editable=False,
                max_length=1000,
                verbose_name="reason for declining",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="former_references",
            field=models.JSONField(
                blank=True,
                default=list,
                editable=False,
                verbose_name="references before it was merged",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="held",
            field=models.CharField(
                blank=True,
                choices=[
                    ("received", "Received"),
                    ("needs_correction", "Needs correction"),
                    ("waiting", "On the waiting list"),
                    ("offered", "Offered a seat"),
                    ("confirmed", "Confirmed"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                ],
                editable=False,
                help_text="The status that it has again once it is corrected.",
                max_length=16,
                verbose_name="stands beneath",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="is_reason_shown",
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name="registration",
            name="name_key",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AddField(
            model_name="registration",
            name="offer_until",
            field=models.DateTimeField(
                blank=True, editable=False, null=True, verbose_name="offered until"
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="organization_key",
            field=models.CharField(blank=True, editable=False, max_length=200),
        ),
        migrations.AlterField(
            model_name="registration",
            name="status",
            field=models.CharField(
                choices=[
                    ("received", "Received"),
                    ("needs_correction", "Needs correction"),
                    ("waiting", "On the waiting list"),
                    ("offered", "Offered a seat"),
                    ("confirmed", "Confirmed"),
                    ("declined", "Declined"),
                    ("withdrawn", "Withdrawn"),
                ],
                default="received",
                max_length=16,
                verbose_name="status",
            ),
        ),
        migrations.AddField(
            model_name="registration",
            name="notice",
            field=models.ForeignKey(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="registration.privacynotice",
                verbose_name="privacy notice agreed to",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["meeting", "status", "arrived_at"],
                name="registratio_meeting_55dee1_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["meeting", "organization_key"],
                name="registratio_meeting_f27c6a_idx",
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                fields=["meeting", "name_key"], name="registratio_meeting_983091_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="registration",
            index=models.Index(
                condition=models.Q(("status", "offered")),
                fields=["offer_until"],
                name="registration_offered",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "received",
                            "needs_correction",
                            "waiting",
                            "offered",
                            "confirmed",
                            "declined",
                            "withdrawn",
                        ],
                    )
                ),
                name="registration_status_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "needs_correction"), ("held", ""), _connector="XOR"
                ),
                name="registration_held_beneath_correction",
            ),
        ),
        migrations.AddConstraint(
            model_name="registration",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("status", "offered"),
                    ("offer_until__isnull", True),
                    _connector="XOR",
                ),
                name="registration_offer_ends",
            ),
        ),
    ]
