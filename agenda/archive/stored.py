"""Files of materials, from where files are kept.

The site may have another program hand them out, which does so to browsers alone.
"""

from django.db.models.fields.files import FieldFile
from django.urls import Resolver404, resolve

from agenda.archive.addresses import Address
from agenda.models import Material


def stored_file(address: Address) -> FieldFile | None:
    """What everybody may have at this address; None where it is no material's file."""
    try:
        match = resolve(address.path)
    except Resolver404:
        return None
    if match.url_name != "material":
        return None
    slug, pk, filename = (match.kwargs[name] for name in ("slug", "pk", "filename"))
    public = Material.objects.public().filter(meeting__is_published=True)
    found = public.filter(meeting__slug=slug, pk=pk, filename=filename).first()
    return found.file if found and found.file else None
