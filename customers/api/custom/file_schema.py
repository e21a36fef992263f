"""What the OpenAPI document says of the files in custom fields."""

from typing import Any

from core.openapi import errors
from customers.api.custom.file_serializers import CustomFileSerializer
from customers.api.custom.schema import TAGS
from customers.custom.entries import MOST_FILES

_FORM: dict[str, Any] = {
    "type": "object",
    "required": ["file", "key"],
    "properties": {
        "file": {"type": "string", "format": "binary"},
        "key": {"type": "string", "description": "Of a field of files."},
        "employeeId": {"type": "integer", "description": "Of a field of relations: whose."},
    },
}

SEND: dict[str, Any] = {
    "operation_id": "customers_custom_files_send",
    "tags": TAGS,
    "summary": "Put a file into a custom field",
    "description": f"Pictures, documents, sound and archives, at most 10 MB each and {MOST_FILES} in a field."
    " Records customer.field.changed.",
    "request": {"multipart/form-data": _FORM},
    "responses": {201: CustomFileSerializer, **errors(400, 403, 404, 409, 413, 415, 422)},
}
READ: dict[str, Any] = {
    "operation_id": "customers_custom_files_read",
    "tags": TAGS,
    "summary": "Read a file of a custom field",
    "responses": {(200, "application/octet-stream"): {"type": "string", "format": "binary"}, **errors(400, 403, 404)},
}
TAKE_OUT: dict[str, Any] = {
    "operation_id": "customers_custom_files_take_out",
    "tags": TAGS,
    "summary": "Take a file out of a custom field",
    "request": None,
    "responses": {204: None, **errors(400, 403, 404, 409, 422)},
}
