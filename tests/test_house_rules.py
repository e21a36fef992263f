"""Rules of the house that no linter knows, read from the source itself.

Each rule is a function from a syntax tree to the lines that break it, and each is shown a sample that breaks it: a rule
that can't find anything would pass for ever.
"""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.source import FILES, SERVICE, TEMPLATES, functions, text, tree

Rule = Callable[[ast.AST], Iterator[int]]
_SECRET = re.compile(r"(?:^|_)(?:secret|token|signature|sign|hmac|digest|mac|password|hash|api_key)$", re.IGNORECASE)
# The digest of a body names a message or a request; it keeps nobody out.
_PUBLIC = {"fingerprint", "digest_of_file"}


def imports_in_functions(root: ast.AST) -> Iterator[int]:
    for function in functions(root):
        yield from (n.lineno for n in ast.walk(function) if isinstance(n, (ast.Import, ast.ImportFrom)))


def signal_receivers(root: ast.AST) -> Iterator[int]:
    for node in ast.walk(root):
        imported = isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("signals", "dispatch"))
        if imported or (isinstance(node, ast.Call) and _name(node.func).startswith(("post_", "pre_", "m2m_"))):
            yield node.lineno  # type: ignore[attr-defined]


def unescaped_html(root: ast.AST) -> Iterator[int]:
    for node in ast.walk(root):
        if _name(node) in {"mark_safe", "SafeString", "SafeText"}:
            yield node.lineno  # type: ignore[attr-defined]
        elif isinstance(node, ast.Call) and _name(node.func) == "format_html":
            # A format that was itself made from values escapes nothing.
            first = node.args[0] if node.args else None
            if not (isinstance(first, ast.Constant) or (isinstance(first, ast.Call) and _name(first.func) == "_")):
                yield node.lineno


def secrets_compared_by_equality(root: ast.AST) -> Iterator[int]:
    for node in ast.walk(root):
        if isinstance(node, ast.Compare) and any(isinstance(op, (ast.Eq, ast.NotEq)) for op in node.ops):
            sides = [node.left, *node.comparators]
            empty = any(isinstance(side, ast.Constant) for side in sides)
            if not empty and any(_SECRET.search(_name(side)) and _name(side) not in _PUBLIC for side in sides):
                yield node.lineno


def database_functions_that_need_time_zone_tables(root: ast.AST) -> Iterator[int]:
    for node in ast.walk(root):
        if re.fullmatch(r"Trunc\w*|Extract\w*|date_hierarchy", _name(node)):
            yield node.lineno  # type: ignore[attr-defined]
        elif isinstance(node, ast.keyword) and re.search(r"__(date|time|hour|week_day|iso_year)(__|$)", node.arg or ""):
            yield node.value.lineno


def broad_silence(root: ast.AST) -> Iterator[int]:
    for node in ast.walk(root):
        if isinstance(node, ast.ExceptHandler):
            broad = node.type is None or _name(node.type) in {"Exception", "BaseException"}
            if broad and all(isinstance(step, ast.Pass) for step in node.body):
                yield node.lineno


def print_calls(root: ast.AST) -> Iterator[int]:
    return (n.lineno for n in ast.walk(root) if isinstance(n, ast.Call) and _name(n.func) == "print")


def _name(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


RULES: dict[Rule, str] = {
    imports_in_functions: "def f():\n    import os",
    signal_receivers: "from django.db.models.signals import post_save",
    unescaped_html: "format_html('<b>' + name + '</b>')",
    secrets_compared_by_equality: "ok = given == account.secret",
    database_functions_that_need_time_zone_tables: "rows.filter(add_time__date=day)",
    broad_silence: "try:\n    x()\nexcept Exception:\n    pass",
    print_calls: "print(1)",
}
MORE_SAMPLES: list[tuple[Rule, str]] = [
    (signal_receivers, "post_save.connect(f)\nfrom django.dispatch import receiver"),
    (unescaped_html, "mark_safe(x)"),
    (unescaped_html, "format_html(f'<b>{name}</b>')"),
    (secrets_compared_by_equality, "if signature != expected: pass"),
    (database_functions_that_need_time_zone_tables, "TruncDate('add_time')"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_service_keeps_the_rule(rule: Rule) -> None:
    assert [f"{path}:{line}" for path in SERVICE for line in rule(tree(path))] == []


@pytest.mark.parametrize(("rule", "sample"), [*RULES.items(), *MORE_SAMPLES])
def test_the_rule_finds_what_breaks_it(rule: Rule, sample: str) -> None:
    assert list(rule(ast.parse(sample)))


@pytest.mark.parametrize("path", TEMPLATES, ids=str)
def test_templates_escape_everything_and_hold_no_script(path: Path) -> None:
    page = text(path)
    assert not re.search(r"\|\s*safe\b|\bsafeseq\b|autoescape\s+off", page)
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+\s*=|javascript:", page, re.IGNORECASE)


def test_the_api_reaches_rows_of_a_company_only_through_what_is_visible() -> None:
    doors = [path for path in SERVICE if "api" in path.parts]
    assert len(doors) > 5
    rows = "Customer|CustomerTag|FollowRelation|Tag|TagGroup|Employee|Department|FollowUp"
    direct = re.compile(rf"\b({rows})\.objects\.(get|filter|exclude|first|last|create|update|delete|in_bulk|values)\b")
    found = [f"{p}:{n}" for p in doors for n, line in enumerate(text(p).splitlines(), 1) if direct.search(line)]
    assert found == []


def test_no_file_tells_where_it_was_written() -> None:
    told = re.compile(r"(?<![\w.])/(?:work|home|Users|root)/\w")
    assert [f"{p}:{n}" for p in FILES for n, line in enumerate(text(p).splitlines(), 1) if told.search(line)] == []
