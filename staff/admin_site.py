"""The administration for administrators: by role, not by a flag of its own."""

from django.contrib.admin import AdminSite
from django.http import HttpRequest

from staff.roles import Role


class HouseAdminSite(AdminSite):
    def has_permission(self, request: HttpRequest) -> bool:
        return request.user.is_authenticated and request.user.has_role(Role.ADMINISTRATOR)
