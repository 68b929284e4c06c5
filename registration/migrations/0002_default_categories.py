from django.db import migrations

CATEGORIES = [
    ("Member State", "state"),
    ("Observer", "organization"),
    ("United Nations entity", "organization"),
    ("Intergovernmental organization", "organization"),
    ("Non-governmental organization", "organization"),
    ("Civil society", "organization"),
    ("Private sector", "organization"),
    ("Academia", "organization"),
    ("Media", "organization"),
]


def offer(apps, schema_editor):
    category = apps.get_model("registration", "Category")
    for position, (name, names) in enumerate(CATEGORIES, start=1):
        category.objects.get_or_create(
            meeting=None, name=name, defaults={"names": names, "position": position}
        )


class Migration(migrations.Migration):
    dependencies = [("registration", "0001_initial")]
    operations = [migrations.RunPython(offer, migrations.RunPython.noop)]
