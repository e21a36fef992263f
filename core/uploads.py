"""The file in a form that was sent to an endpoint."""

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from rest_framework.request import Request

from core.errors import BadRequest, FieldError
from core.rendering import PayloadTooLarge

# What a form adds to the file in it.
_AROUND = 65_536


def file_of(request: Request, most: int) -> UploadedFile:
    """The file of a form, refused by its length before it is read. Raises PayloadTooLarge, BadRequest."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > most + _AROUND:
        raise PayloadTooLarge
    found = request.FILES.get("file")
    if not isinstance(found, UploadedFile):
        message = _("Send a file in the field file.")
        raise BadRequest("invalid", message, [FieldError("file", "required", message)])
    return found
