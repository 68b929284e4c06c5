from django.db import migrations
from django.db.models import F

from meeting.words import likeness


def fill_in(apps, schema_editor):
    registration = apps.get_model("registration", "Registration")
    registration.objects.update(arrived_at=F("created_at"))
    batch = []
    fields = ["name_key", "organization_key"]
    for each in registration.objects.iterator(chunk_size=1000):
        each.name_key = likeness(each.name)
        each.organization_key = each.state or likeness(each.organization)
        batch.append(each)
        if len(batch) == 1000:
            registration.objects.bulk_update(batch, fields)
            batch.clear()
    registration.objects.bulk_update(batch, fields)


class Migration(migrations.Migration):
    dependencies = [("registration", "0008_doubles_links_and_numbers")]
    operations = [migrations.RunPython(fill_in, migrations.RunPython.noop)]
