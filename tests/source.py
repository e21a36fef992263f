"""The project's own source, for the tests that read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_NOT_OURS = {".venv", "var", "migrations", "node_modules", "static"}


def _python() -> Iterator[Path]:
    for path in sorted(ROOT.rglob("*.py")):
        relative = path.relative_to(ROOT)
        if not _NOT_OURS & set(relative.parts) and not any(part.startswith(".") for part in relative.parts):
            yield relative


FILES = list(_python())
CODE = [path for path in FILES if path.parts[0] != "tests"]
TESTS = [path for path in FILES if path.parts[0] == "tests"]
# What runs in the service, without the tools beside it.
SERVICE = [path for path in CODE if path.parts[0] not in {"bench", "scripts"}]
TEMPLATES = [path.relative_to(ROOT) for path in sorted((ROOT / "templates").rglob("*.html"))]


@cache
def text(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def lines(path: Path) -> int:
    return text(path).count("\n")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(text(path), str(path))


def functions(node: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (n for n in ast.walk(node) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))
