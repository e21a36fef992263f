"""Files that are sent: what is taken of them, in which order a row and its file are written, and how they leave."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from rest_framework.request import Request
from rest_framework.test import APIRequestFactory

from core import file_answers, filetypes, kept_files, uploads
from core.errors import BadRequest, NotFound, RuleViolation
from core.rendering import PayloadTooLarge

at_random = settings(deadline=None, database=None, derandomize=True, max_examples=60)
NAMES = st.text(max_size=30) | st.text("/\\.\u202e\x00\n 甲a", max_size=12)


class Row:
    """A row that notes what was saved of it, and what storage had by then."""

    _meta = SimpleNamespace(db_table="paper")
    pk = 7

    def __init__(self, storage: Any, name: str = "") -> None:
        self.file = ContentFile(b"", name)
        self.file.storage = storage  # type: ignore[attr-defined]
        self.saved: list[tuple[list[str], str, bool]] = []

    def save(self, update_fields: list[str]) -> None:
        name = str(self.file.name)
        self.saved.append((update_fields, name, self.file.storage.exists(name)))  # type: ignore[attr-defined]


class Full(InMemoryStorage):
    """Storage that takes nothing and gives nothing up."""

    def _save(self, name: str, content: Any) -> str:
        raise OSError("disk")

    def delete(self, name: str) -> None:
        raise OSError("disk")


def kept(name: str = "a.txt", content_type: str = "text/plain") -> Any:
    """A row with a file in storage."""
    storage = InMemoryStorage()
    place = storage.save("place", ContentFile(b"42 yuan"))
    return SimpleNamespace(file=SimpleNamespace(storage=storage, name=place), name=name, content_type=content_type)


@given(name=NAMES)
@at_random
def test_a_name_has_no_path_and_nothing_that_can_not_be_shown(name: str) -> None:
    # Django's own files cut a name at its slashes before we see it; this one doesn't.
    found = kept_files.name_of(SimpleNamespace(name=name))  # type: ignore[arg-type]
    assert not {"/", "\\"} & set(found)
    assert found.isprintable()
    assert found == found.strip()
    assert kept_files.name_of(SimpleNamespace(name=found)) == found  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("C:\\我的\\合同.pdf", "合同.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\\b/c.txt", "c.txt"),
        (" 报价 单.txt ", "报价 单.txt"),
        # What would turn "txt.exe" around to be read as "exe.txt".
        ("a\u202etxt.exe", "atxt.exe"),
        (None, ""),
    ],
)
def test_names_as_browsers_and_wicked_people_send_them(sent: str | None, name: str) -> None:
    assert kept_files.name_of(SimpleNamespace(name=sent)) == name  # type: ignore[arg-type]


@given(ending=st.sampled_from(sorted(filetypes.TYPES)), stem=st.text("甲a.", max_size=5), rest=st.binary(max_size=20))
@at_random
def test_every_type_is_known_by_each_of_its_beginnings_in_any_case(ending: str, stem: str, rest: bytes) -> None:
    kind = filetypes.TYPES[ending]
    for start in kind.starts:
        head = b"\x00" * kind.skip + start + rest
        for name in (f"{stem}.{ending}", f"{stem}.{ending.upper()}"):
            assert filetypes.recognised(name, head) == kind.content_type
        # One byte short of it is another file.
        assert filetypes.recognised(f"x.{ending}", head[: kind.skip + len(start) - 1]) is None
        # And so is one that has it a byte too late.
        assert filetypes.recognised(f"x.{ending}", b"\x01" * (kind.skip + 1) + start) is None


@given(head=st.binary(max_size=40))
@at_random
def test_plain_text_is_whatever_holds_no_zero(head: bytes) -> None:
    found = {filetypes.recognised(f"a.{ending}", head) for ending in ("txt", "csv")}
    assert found == ({None} if b"\x00" in head else {"text/plain", "text/csv"})


def test_what_is_taken_is_told_with_its_size_and_read_from_its_beginning_afterwards() -> None:
    content = b"%PDF-" + b"x" * filetypes.HEAD
    file = ContentFile(content, "a/合同.PDF")
    assert kept_files.checked(file) == ("合同.PDF", "application/pdf", len(content))
    assert file.read() == content
    file.seek(0)
    assert kept_files.checked(file).size == len(content)


def test_the_most_that_is_taken_is_taken_and_a_byte_more_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_files, "MOST_BYTES", 2**20)
    assert kept_files.checked(ContentFile(b"x" * 2**20, "a.txt")).size == 2**20
    with pytest.raises(RuleViolation) as refusal:
        kept_files.checked(ContentFile(b"x" * (2**20 + 1), "a.txt"))
    assert refusal.value.code == "file_too_big"
    assert "1 MB" in str(refusal.value.message)


@pytest.mark.parametrize(
    ("name", "content", "english", "chinese"),
    [
        ("a.txt", b"", "The file is empty.", "文件是空的。"),
        ("a.svg", b"<svg>", "Such files are not taken, only these: jpg, jpeg,", "不支持这种文件，仅支持：jpg, jpeg,"),
        # Empty comes first: of nothing the type can't be told.
        ("a.svg", b"", "The file is empty.", "文件是空的。"),
    ],
)
def test_a_refusal_is_said_in_the_reader_s_language(name: str, content: bytes, english: str, chinese: str) -> None:
    for language, said in (("en", english), ("zh-hans", chinese)):
        with translation.override(language), pytest.raises(RuleViolation) as refusal:
            kept_files.checked(ContentFile(content, name))
        (error,) = refusal.value.errors
        assert str(refusal.value.message).startswith(said)
        assert (error.field, error.code, error.message) == ("file", refusal.value.code, refusal.value.message)


def test_the_place_of_a_file_is_noted_before_it_is_written() -> None:
    row = Row(InMemoryStorage())
    kept_files.store(row, ContentFile(b"42 yuan", "合同.txt"), lambda _row: "papers/1")
    assert row.saved == [(["file"], "papers/1", False), (["file"], "papers/1", True)]
    with row.file.storage.open("papers/1") as written:  # type: ignore[attr-defined]
        assert written.read() == b"42 yuan"


def test_a_file_whose_place_is_taken_lies_beside_it_and_the_row_knows_where() -> None:
    storage = InMemoryStorage()
    storage.save("papers/1", ContentFile(b"theirs"))
    row = Row(storage)
    kept_files.store(row, ContentFile(b"ours"), lambda _row: "papers/1")
    place = row.saved[-1][1]
    assert place != "papers/1"
    with storage.open(place) as ours, storage.open("papers/1") as theirs:
        assert (ours.read(), theirs.read()) == (b"ours", b"theirs")


def test_of_a_write_that_dies_the_row_knows_the_place() -> None:
    row = Row(Full())
    with pytest.raises(OSError, match="disk"):
        kept_files.store(row, ContentFile(b"x"), lambda _row: "papers/1")
    assert row.saved == [(["file"], "papers/1", False)]


def test_a_file_is_gone_for_good_and_what_never_was_or_is_gone_counts_as_gone() -> None:
    row = kept()
    for _twice in range(2):
        assert kept_files.dropped(row)
        assert not row.file.storage.exists(row.file.name)
    assert kept_files.dropped(SimpleNamespace(file=""))


def test_what_storage_will_not_give_up_is_there_still() -> None:
    row = Row(Full(), "x")
    assert not kept_files.dropped(row)
    assert (row.file.name, row.saved) == ("x", [])


@pytest.mark.parametrize("name", ["报价 单.txt", 'a"; filename="b.html', "a\r\nSet-Cookie: x.txt"])
def test_a_file_leaves_under_its_name_whatever_that_is(name: str) -> None:
    answer = file_answers.answer(kept(name, "text/csv"))
    assert b"".join(answer.streaming_content) == b"42 yuan"  # type: ignore[arg-type]
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert not {"\r", "\n"} & set(answer["Content-Disposition"])
    assert not answer.has_header("Set-Cookie")
    told = {key: answer[key] for key in ("Content-Type", "Content-Length", "X-Content-Type-Options", "Cache-Control")}
    assert told == {
        "Content-Type": "text/csv",
        "Content-Length": "7",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_file_that_storage_has_lost_is_not_found() -> None:
    row = kept()
    row.file.storage.delete(row.file.name)
    with pytest.raises(NotFound):
        file_answers.answer(row)


class Unread(Request):
    """A request whose body must not be looked at, of this length."""

    def __init__(self, length: str) -> None:
        super().__init__(APIRequestFactory().post("/"))
        self.META["CONTENT_LENGTH"] = length

    @property
    def FILES(self) -> Any:  # type: ignore[override]
        raise AssertionError("read")


@pytest.mark.parametrize("length", [str(100 + 65_536 + 1), "9" * 30])
def test_what_is_too_long_is_refused_before_it_is_read(length: str) -> None:
    with pytest.raises(PayloadTooLarge):
        uploads.file_of(Unread(length), 100)


@pytest.mark.parametrize("length", [str(100 + 65_536), "0", "", "-1", "x", "²"])
def test_what_may_be_short_enough_is_read(length: str) -> None:
    with pytest.raises(AssertionError, match="read"):
        uploads.file_of(Unread(length), 100)


def form(**fields: Any) -> Any:
    return SimpleNamespace(META={"CONTENT_LENGTH": "10"}, FILES=fields)


def test_only_a_file_in_the_field_file_is_one() -> None:
    file = SimpleUploadedFile("a.txt", b"x")
    assert uploads.file_of(form(file=file, other=SimpleUploadedFile("b.txt", b"y")), 100) is file
    for wrong in (form(), form(other=file), form(file="a.txt")):
        with translation.override("en"), pytest.raises(BadRequest) as refusal:
            uploads.file_of(wrong, 100)
        (error,) = refusal.value.errors
        assert (refusal.value.code, error.field, error.code) == ("invalid", "file", "required")
        assert error.message == "Send a file in the field file."
