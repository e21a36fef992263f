"""Files of follow-ups: only what may be kept is kept, only who may look gets it, and nothing is left lying about."""

import datetime as dt
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage

from core import file_answers, filetypes, kept_files
from core.errors import Forbidden, NotFound, RuleViolation
from core.time import now
from corps.actors import SYSTEM
from followups import attaching, revising, tasks
from followups.models import FollowUp, FollowUpAttachment
from tests import make
from tests.conftest import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100


@pytest.fixture
def written(cast: Cast) -> FollowUp:
    return make.follow_up(make.customer(cast.corp, cast.owner), cast.owner)


def stored(row: FollowUpAttachment) -> bool:
    return row.file.storage.exists(row.file.name)


def late() -> None:
    """The clock has gone on since anything was uploaded."""
    FollowUpAttachment.objects.update(create_time=now() - dt.timedelta(hours=2))


def test_a_file_is_kept_under_a_name_that_tells_nothing(cast: Cast, written: FollowUp, recorded: Any) -> None:
    file = ContentFile(PNG, "C:\\我的\\样品.PNG")
    row = attaching.attach(follow_up=written, file=file, by=cast.actor("owner"), source="api")
    kept = FollowUpAttachment.objects.get()
    assert (kept.name, kept.content_type, kept.size, kept.follow_up_id) == ("样品.PNG", "image/png", 108, written.pk)
    assert (kept.customer_id, kept.corp_id, kept.actor) == (
        written.customer_id,
        cast.corp.pk,
        cast.actor("owner").label,
    )
    assert kept.file.name.startswith(f"followups/{cast.corp.pk}/")
    assert "样品" not in kept.file.name
    assert kept.file.storage.open(kept.file.name).read() == PNG
    told = recorded()[-1]
    assert (told[0], told[1], told[2]["changed"]) == ("customer.followup.updated", written.pk, ["attachments"])
    assert FollowUp.objects.get().version == 2
    assert row.pk == kept.pk


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("x.txt", b"", "file_empty"),
        ("x.html", b"<script>", "file_type_refused"),
        ("x.svg", b"<svg>", "file_type_refused"),
        ("x.exe", b"MZ", "file_type_refused"),
        ("png", PNG, "file_type_refused"),
        ("x.png", b"<html>", "file_type_refused"),
        ("x.pdf", PNG, "file_type_refused"),
        ("x.txt", b"a\x00b", "file_type_refused"),
    ],
)
def test_what_is_empty_or_no_such_file_is_refused_and_leaves_nothing(
    written: FollowUp, recorded: Any, name: str, content: bytes, code: str
) -> None:
    before = recorded()
    with pytest.raises(RuleViolation) as refusal:
        attaching.attach(follow_up=written, file=ContentFile(content, name), by=SYSTEM, source="api")
    assert (refusal.value.code, refusal.value.errors[0].field) == (code, "file")
    assert (FollowUpAttachment.objects.count(), recorded()) == (0, before)


def test_one_that_is_too_big_and_one_too_many_are_refused(
    written: FollowUp, recorded: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attaching, "MOST", 1)
    monkeypatch.setattr(kept_files, "MOST_BYTES", 7)
    make.attachment(written)
    before = recorded()
    for content, code in ((b"12345678", "file_too_big"), (b"1234", "too_many_files")):
        with pytest.raises(RuleViolation) as refusal:
            make.attachment(written, content=content)
        assert refusal.value.code in (code, "too_many_files")
    assert (FollowUpAttachment.objects.count(), recorded()) == (1, before)


@pytest.mark.parametrize(
    ("name", "head", "kind"),
    [
        ("a.jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.b.PDF", b"%PDF-1.7", "application/pdf"),
        ("a.webp", b"RIFF\x01\x02\x03\x04WEBPVP8", "image/webp"),
        ("a.wav", b"RIFF\x01\x02\x03\x04WAVEfmt", "audio/wav"),
        ("a.mp4", b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        ("a.docx", b"PK\x03\x04..", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-excel"),
        ("a.csv", "姓名,电话".encode(), "text/csv"),
        ("a", b"text", None),
        ("a.gif", b"GIF88a", None),
        ("a.mp4", b"ftyp", None),
    ],
)
def test_a_file_is_known_by_its_name_and_by_how_it_begins(name: str, head: bytes, kind: str | None) -> None:
    assert filetypes.recognised(name, head) == kind


def test_nothing_that_a_browser_runs_may_be_attached() -> None:
    assert not {"html", "htm", "svg", "xml", "js", "xhtml"} & set(filetypes.TYPES)


def test_a_long_name_keeps_its_end(written: FollowUp) -> None:
    row = make.attachment(written, name="长" * 300 + ".txt")
    assert (len(row.name), row.name[-5:]) == (150, "长.txt")


def test_others_put_no_file_to_it_and_take_none(cast: Cast, written: FollowUp, recorded: Any) -> None:
    row = make.attachment(written)
    before = recorded()
    with pytest.raises(Forbidden):
        attaching.attach(follow_up=written, file=ContentFile(b"x", "x.txt"), by=cast.actor("colleague"), source="api")
    with pytest.raises(Forbidden):
        attaching.detach(attachment=row, by=cast.actor("colleague"), source="api")
    assert (list(FollowUpAttachment.objects.all()), recorded()) == ([row], before)
    assert FollowUpAttachment.objects.get().follow_up_id == written.pk


def test_a_file_that_is_taken_away_is_swept_with_what_it_held(written: FollowUp, recorded: Any) -> None:
    row, other = make.attachment(written), make.attachment(written)
    attaching.detach(attachment=FollowUpAttachment.objects.get(pk=row.pk), by=SYSTEM, source="api")
    told = recorded()
    assert told[-1][2]["changed"] == ["attachments"]
    for seen in (row, FollowUpAttachment.objects.get(pk=row.pk)):
        attaching.detach(attachment=seen, by=SYSTEM, source="api")
    assert recorded() == told
    assert stored(row)
    late()
    tasks.sweep_attachments()
    assert list(FollowUpAttachment.objects.all()) == [other]
    assert (stored(row), stored(other)) == (False, True)


def test_the_files_of_a_deleted_follow_up_are_swept(written: FollowUp) -> None:
    row = make.attachment(written)
    revising.delete(follow_up=written, by=SYSTEM, source="api")
    late()
    assert (attaching.sweep(), FollowUpAttachment.objects.count(), stored(row)) == (1, 0, False)


def test_what_is_on_its_way_is_not_swept(written: FollowUp) -> None:
    FollowUpAttachment.objects.filter(pk=make.attachment(written).pk).update(follow_up=None)
    assert (attaching.sweep(), FollowUpAttachment.objects.count()) == (0, 1)


def test_an_upload_that_dies_is_found_by_the_sweep(written: FollowUp, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched, pytest.raises(OSError, match="disk"):
        patched.setattr(attaching, "_join", _dies)
        make.attachment(written)
    row = FollowUpAttachment.objects.get()
    assert (row.follow_up_id, stored(row)) == (None, True)
    late()
    assert (attaching.sweep(), stored(row)) == (1, False)


def _dies(**_: Any) -> Any:
    raise OSError("disk")


def test_a_file_that_storage_will_not_give_up_stays_for_the_next_time(
    written: FollowUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = make.attachment(written)
    attaching.detach(attachment=row, by=SYSTEM, source="api")
    late()
    with monkeypatch.context() as patched:
        patched.setattr(InMemoryStorage, "delete", lambda *_: _dies())
        assert attaching.sweep() == 0
    assert (FollowUpAttachment.objects.count(), attaching.sweep()) == (1, 1)


def test_a_file_leaves_to_be_kept_and_not_to_be_run(written: FollowUp) -> None:
    answer = file_answers.answer(make.attachment(written, "报价.txt"))
    assert b"".join(answer.streaming_content) == b"42 yuan"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert (answer.headers["Content-Type"], answer.headers["X-Content-Type-Options"]) == ("text/plain", "nosniff")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_one_that_storage_has_lost_is_not_there(written: FollowUp) -> None:
    row = make.attachment(written)
    row.file.storage.delete(row.file.name)
    with pytest.raises(NotFound):
        file_answers.answer(row)
