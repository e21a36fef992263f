"""The timeline: what timelines.py found, as a table and as figures for the verdict."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench import parts


def figures(env: Mapping[str, str], folder: Path) -> dict[str, Any]:
    found = parts.answer("timelines", env=env, folder=folder)
    return found | {"shown": _shown(found), "gates": _gates(found["pages"])}


def _gates(pages: dict[str, Any]) -> dict[str, float]:
    # The page that is furthest from its own best SQL.
    ratios = [page["ours"] / min(page["sql"].values()) for depths in pages.values() for page in depths.values()]
    plain = pages["everything"]
    deepest = max(page["ours"] for page in plain.values())
    return {"page / best SQL": max(ratios), "page at any depth / first": deepest / plain["top"]["ours"]}


def _shown(found: dict[str, Any]) -> dict[str, Any]:
    shown: dict[str, Any] = {"entries": found["entries"]}
    for name, depths in found["pages"].items():
        ours = ", ".join(f"{page['ours']:.2f}" for page in depths.values())
        best = ", ".join(f"{min(page['sql'].values()):.2f}" for page in depths.values())
        shown |= {f"{name}, at the {', '.join(depths)}: ms": ours, f"{name}, best SQL: ms": best}
    return shown
