"""A photo of a person, checked by its content and squared."""

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from rooms.errors import RoomsError
from rooms.messages import ROOMS_MESSAGES
from staff.portraits import clean_portrait

KINDS = "image/jpeg,image/png,image/webp"


class PhotoForm(forms.Form):
    photo = forms.FileField(
        label=_("Photo"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": KINDS, "class": "form-control"}),
        help_text=_("JPEG, PNG or WebP, up to 8 MB. It is cut to a square; place and date of the photo are not kept."),
        error_messages={"required": _("Please choose or take a photo first.")},
    )

    def clean_photo(self) -> ContentFile:
        upload = self.cleaned_data["photo"]
        try:
            return clean_portrait(upload, upload.size or 0)
        except RoomsError as exc:
            raise forms.ValidationError(ROOMS_MESSAGES[exc.code], code=exc.code) from exc
