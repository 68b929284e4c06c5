from django.contrib import admin
from django.utils.translation import gettext_lazy as _


class PlenaryAdminSite(admin.AdminSite):
    site_header = _("Plenary")
    site_title = _("Plenary")
