"""The sizes that docs and design promise: any file can be read in one sitting, any function fits on a screen."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.source import CODE, TESTS, functions, lines, tree

# Median, ninth decile, maximum.
MODULE, FUNCTION = (60, 180, 400), (8, 25, 60)
TEST_LINES_PER_LINE = 1.3
# So many lines of test are owed since several large parts came in together. Only ever less: each change pays some back.
OWED = 1_310
DOOR_LINES = 10
# A file of one or two lines is a marker and not a module.
MODULES = [path for path in CODE if lines(path) > 2]


def ninth_decile(values: list[int]) -> float:
    return statistics.quantiles(values, n=10, method="inclusive")[8]


def longest(sizes: dict[str, int]) -> str:
    return ", ".join(f"{name} {size}" for name, size in sorted(sizes.items(), key=lambda item: -item[1])[:8])


def held(sizes: dict[str, int], budget: tuple[int, int, int]) -> None:
    values = list(sizes.values())
    figures = (statistics.median(values), ninth_decile(values), max(values))
    assert all(figure <= most for figure, most in zip(figures, budget, strict=True)), f"{figures}: {longest(sizes)}"


def test_modules_are_short() -> None:
    held({str(path): lines(path) for path in MODULES}, MODULE)


def test_functions_are_short() -> None:
    held({name: node.end_lineno - node.lineno + 1 for name, node in _all_functions()}, FUNCTION)  # type: ignore[operator]


@pytest.mark.parametrize("name", ["tasks.py", "handlers.py"])
def test_tasks_and_handlers_only_translate(name: str) -> None:
    bodies = {where: _body_lines(node) for where, node in _all_functions() if f"/{name}:" in where}
    assert bodies
    assert max(bodies.values()) <= DOOR_LINES, longest(bodies)


def test_there_is_more_test_than_code() -> None:
    code, tests = sum(map(lines, MODULES)), sum(map(lines, TESTS))
    assert tests + OWED >= TEST_LINES_PER_LINE * code, f"{tests / code:.2f} lines of test per line of code"


def test_the_measure_itself_sees_the_files() -> None:
    assert len(MODULES) > 50
    assert sum(1 for _ in _all_functions()) > 300


def _all_functions() -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for path in MODULES:
        for node in functions(tree(path)):
            yield f"{path}:{node.name}", node


def _body_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_paths_are_those_of_the_project() -> None:
    assert Path("manage.py") in CODE
    assert Path("tests/test_budgets.py") in TESTS
