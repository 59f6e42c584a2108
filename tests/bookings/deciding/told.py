"""Who was told."""

from staff.models import Notice


def told(code):
    return sorted(Notice.objects.filter(code=code).values_list("recipient__username", flat=True))
