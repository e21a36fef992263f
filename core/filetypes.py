"""Which files are taken, told by their names and their first bytes. Pure."""

from dataclasses import dataclass

MOST_BYTES = 10 * 2**20
_ZIP, _OLE = (b"PK\x03\x04",), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
_OFFICE = "application/vnd.openxmlformats-officedocument"


@dataclass(frozen=True, slots=True)
class FileType:
    """``starts``: the bytes it begins with, any of them; empty for plain text. ``skip``: so many bytes before them."""

    content_type: str
    starts: tuple[bytes, ...] = ()
    skip: int = 0


_JPEG = FileType("image/jpeg", (b"\xff\xd8\xff",))
# Nothing that a browser would run: no HTML, no SVG.
TYPES: dict[str, FileType] = {
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": FileType("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "gif": FileType("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": FileType("image/webp", (b"WEBP",), 8),
    "pdf": FileType("application/pdf", (b"%PDF-",)),
    "doc": FileType("application/msword", _OLE),
    "xls": FileType("application/vnd.ms-excel", _OLE),
    "ppt": FileType("application/vnd.ms-powerpoint", _OLE),
    "docx": FileType(f"{_OFFICE}.wordprocessingml.document", _ZIP),
    "xlsx": FileType(f"{_OFFICE}.spreadsheetml.sheet", _ZIP),
    "pptx": FileType(f"{_OFFICE}.presentationml.presentation", _ZIP),
    "zip": FileType("application/zip", _ZIP),
    "mp3": FileType("audio/mpeg", (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "amr": FileType("audio/amr", (b"#!AMR",)),
    "wav": FileType("audio/wav", (b"WAVE",), 8),
    "m4a": FileType("audio/mp4", (b"ftyp",), 4),
    "mp4": FileType("video/mp4", (b"ftyp",), 4),
    "txt": FileType("text/plain"),
    "csv": FileType("text/csv"),
}
HEAD = 4_096


def recognised(name: str, head: bytes) -> str | None:
    """The content type of a file of this name that begins so; None for one that may not be attached."""
    found = TYPES.get(name.rpartition(".")[2].lower()) if "." in name else None
    if found is None:
        return None
    if found.starts:
        return found.content_type if head[found.skip :].startswith(found.starts) else None
    return None if b"\x00" in head else found.content_type
