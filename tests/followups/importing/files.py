"""Files of follow-ups as people send them."""

import csv
import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

HEADING = ["外部联系人ID", "成员账号", "跟进时间", "跟进内容", "跟进方式", "跟进结果", "下次跟进时间"]


def text(*rows: list[Any], encoding: str = "utf-8", heading: list[str] = HEADING) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows([heading, *rows])
    return out.getvalue().encode(encoding)


def workbook(*rows: list[Any], heading: list[str] = HEADING) -> bytes:
    book, out = Workbook(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in [heading, *rows]:
        sheet.append(row)
    book.save(out)
    return out.getvalue()


def sent(data: bytes, name: str = "跟进.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data)


def line(n: int, external: str = "wmA", **more: Any) -> list[Any]:
    """One that can be brought in, unlike those of another number."""
    cells = {
        "userid": "",
        "at": f"2026-03-01 09:{n % 60:02}",
        "content": f"第{n}次",
        "kind": "电话",
        "outcome": "",
    } | more
    return [external, cells["userid"], cells["at"], cells["content"], cells["kind"], cells["outcome"], ""]
