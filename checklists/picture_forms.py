"""Photos and signatures as the pages send them, checked by their content and drawn anew."""

from typing import Any
from uuid import UUID

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from checklists.errors import ChecklistError
from checklists.evidence import NAME_LONGEST
from checklists.messages import CHECKLIST_MESSAGES
from checklists.models import StepFile
from checklists.pictures import clean_signature
from rooms.errors import RoomsError
from rooms.messages import ROOMS_MESSAGES
from rooms.photos import clean_photo

Kind = StepFile.Kind


def photo_of(upload: UploadedFile) -> ContentFile:
    try:
        return clean_photo(upload, upload.size or 0)
    except RoomsError as exc:
        raise forms.ValidationError(ROOMS_MESSAGES[exc.code], code=exc.code) from exc


def signature_of(upload: UploadedFile) -> ContentFile:
    try:
        return clean_signature(upload, upload.size or 0)
    except ChecklistError as exc:
        raise forms.ValidationError(CHECKLIST_MESSAGES[exc.code], code=exc.code) from exc


class PictureForm(forms.Form):
    # Made by the device for the picture, so that it is kept once however often it is sent.
    file_op = forms.UUIDField(required=False)
    photo = forms.FileField(required=False, label=_("Photo"), allow_empty_file=True)
    signature = forms.FileField(required=False, label=_("Signature"), allow_empty_file=True)
    signed_name = forms.CharField(max_length=NAME_LONGEST, required=False, label=_("Name of the person who signs"))
    # A picture kept before, such as with a tick that was refused for something else.
    file = forms.UUIDField(required=False)

    def clean_photo(self) -> ContentFile | None:
        upload = self.cleaned_data["photo"]
        return photo_of(upload) if upload else None

    def clean_signature(self) -> ContentFile | None:
        """An input left alone may send an empty file under no name."""
        upload = self.cleaned_data["signature"]
        return signature_of(upload) if upload else None

    @property
    def picture(self) -> tuple[str, ContentFile] | None:
        for kind in (Kind.PHOTO, Kind.SIGNATURE):
            found = self.cleaned_data.get(kind.value)
            if found:
                return kind.value, found
        return None

    @property
    def picture_op(self) -> UUID | None:
        return self.cleaned_data.get("file_op")

    def faults(self) -> dict[str, Any]:
        return {name: texts[0] for name, texts in self.errors.items()}
