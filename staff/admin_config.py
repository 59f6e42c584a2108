"""Django's administration with the site of `staff/admin_site.py`."""

from django.contrib.admin.apps import AdminConfig


class HouseAdminConfig(AdminConfig):
    default_site = "staff.admin_site.HouseAdminSite"
