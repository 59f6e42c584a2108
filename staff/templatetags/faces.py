"""The face of a person beside the name."""

from django import template

from staff.portraits import face

register = template.Library()

register.simple_tag(face)
