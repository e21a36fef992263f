"""What stands in the bodies that WeCom sends: the envelope around the cipher, and the message within. XML or JSON.

Keys are lower case here: the XML of both spells them ``ExternalUserID``, the JSON of the envelope ``encrypt``.
"""

from typing import Any
from xml.etree.ElementTree import Element, ParseError

import orjson
from defusedxml.ElementTree import fromstring

from wecom.crypto import Refused

Fields = dict[str, str]


def read(body: bytes) -> Fields:
    """The top level as texts; a list within, as ``MemChangeList``, joined by commas. The first of equal keys counts.

    Raises:
        Refused: neither XML nor a JSON object, or XML with a document type, which could name entities.
    """
    return _read_json(body) if body.lstrip()[:1] == b"{" else _read_xml(body)


def _read_xml(body: bytes) -> Fields:
    try:
        root: Element = fromstring(body, forbid_dtd=True)
    # What is forbidden and an encoding that doesn't exist are kinds of ValueError and LookupError.
    except (ParseError, ValueError, LookupError) as error:
        raise Refused("xml") from error
    fields: Fields = {}
    for child in root:
        fields.setdefault(child.tag.lower(), _text_of(child))
    return fields


def _text_of(element: Element) -> str:
    return ",".join(child.text or "" for child in element) if len(element) else element.text or ""


def _read_json(body: bytes) -> Fields:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise Refused("json") from error
    return {key.lower(): _joined(value) for key, value in found.items()}


def _joined(value: Any) -> str:
    """A text, a number, a list of them or ``{"Item": […]}``. No deeper: depth is the sender's to choose."""
    if isinstance(value, dict):
        value = next(iter(value.values()), "")
    if isinstance(value, list):
        return ",".join(_plain(inner) for inner in value)
    return _plain(value)


def _plain(value: Any) -> str:
    return "" if value is None or isinstance(value, (dict, list)) else str(value)
