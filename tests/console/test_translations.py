"""Every sentence of the service has its Chinese, and the compiled catalogue is the one that is read."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as current
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation

ROOT = Path(current.BASE_DIR)
PACKAGES = [
    *("core", "messaging", "corps", "tags", "customers", "followups", "groups", "segments", "insights", "wecom"),
    *("scrm_customer", "templates"),
]
CATALOGUES = [ROOT / "locale/zh_Hans/LC_MESSAGES", ROOT / "locale/libraries/zh_Hans/LC_MESSAGES"]
needs_gettext = pytest.mark.skipif(not shutil.which("xgettext"), reason="NOT RUN: gettext is not installed")

# What Unfold shows of features that the console doesn't use, or that reads the same in Chinese.
SAME_IN_CHINESE = {"HTTP Accept"}


def entries(path: Path) -> list[dict[str, str]]:
    """The messages of a .po file: keyword → text, with ``flags``."""
    found: list[dict[str, str]] = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry: dict[str, str] = {"flags": ""}
        key = ""
        for line in block.splitlines():
            if line.startswith("#"):
                entry["flags"] += line if line.startswith("#,") else ""
                key = "" if line.startswith("#~") else key
                continue
            if match := re.match(r'(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) "(.*)"$', line):
                key = match[1]
                entry[key] = match[2]
            elif key and line.startswith('"'):
                entry[key] += line[1:-1]
        if entry.get("msgid"):
            found.append(entry)
    return found


def key_of(entry: dict[str, str]) -> tuple[str, str, str]:
    return entry.get("msgctxt", ""), entry["msgid"], entry.get("msgid_plural", "")


def _make_messages() -> None:
    """Collect the messages of the working directory into its own ``locale``."""
    with override_settings(LOCALE_PATHS=[]):
        call_command("makemessages", locale=["zh_Hans"], symlinks=True, verbosity=0)


@pytest.mark.parametrize("folder", CATALOGUES, ids=["ours", "libraries"])
def test_no_message_is_untranslated_or_doubtful(folder: Path) -> None:
    for entry in entries(folder / "django.po"):
        assert "fuzzy" not in entry["flags"], entry
        assert all(text for name, text in entry.items() if name.startswith("msgstr")), entry


@needs_gettext
def test_the_catalogue_holds_every_message_of_the_code(tmp_path: Path, monkeypatch: Any) -> None:
    for name in PACKAGES:
        (tmp_path / name).symlink_to(ROOT / name, target_is_directory=True)
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    _make_messages()
    said = {key_of(e) for e in entries(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po")}
    known = {key_of(e) for e in entries(CATALOGUES[0] / "django.po")}
    assert len(said) > 300
    assert said - known == set(), "add these to locale/zh_Hans/LC_MESSAGES/django.po (docs/console.md)"
    assert known - said == set(), "these are said nowhere any more: take them out"


@needs_gettext
@pytest.mark.parametrize("folder", CATALOGUES, ids=["ours", "libraries"])
def test_the_compiled_catalogue_is_of_this_text(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "django.mo"
    subprocess.run(["msgfmt", "--check-format", "-o", made, folder / "django.po"], check=True)
    assert made.read_bytes() == (folder / "django.mo").read_bytes()


@needs_gettext
def test_the_theme_says_nothing_in_english(tmp_path: Path, monkeypatch: Any) -> None:
    import unfold

    shutil.copytree(
        Path(unfold.__file__).parent, tmp_path / "unfold", ignore=shutil.ignore_patterns("static", "contrib")
    )
    filters = Path(unfold.__file__).parent / "contrib/filters"
    shutil.copytree(filters, tmp_path / "unfold/filters", ignore=shutil.ignore_patterns("static"))
    (tmp_path / "locale").mkdir()
    monkeypatch.chdir(tmp_path)
    _make_messages()
    english = []
    with translation.override("zh-hans"):
        for entry in entries(tmp_path / "locale/zh_Hans/LC_MESSAGES/django.po"):
            said = entry["msgid"].replace('\\"', '"').replace("\\n", "\n")
            plural = entry.get("msgid_plural", "").replace("\\n", "\n")
            shown = translation.ngettext(said, plural, 2) if plural else translation.gettext(said)
            if shown in (said, plural) and said not in SAME_IN_CHINESE:
                english.append(said)
    assert english == []


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "Account locked: too many login attempts. Please try again later.",
            "登录失败次数过多，账号已锁定，请稍后重试。",
        ),
        ("Periodic Tasks Using This Schedule", "使用此计划的定时任务"),
        ("Apply Filters", "应用筛选"),
        ("customer", "客户"),
    ],
)
def test_ours_and_the_libraries_words_are_chinese_at_run_time(said: str, shown: str) -> None:
    with translation.override("zh-hans"):
        assert translation.gettext(said) == shown
    with translation.override("en"):
        assert translation.gettext(said) == said
