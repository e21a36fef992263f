"""How an endpoint of this package begins to say what it is in the OpenAPI document."""

from collections.abc import Callable
from typing import Any

About = Callable[..., dict[str, Any]]


def tagged(tag: str) -> About:
    """``about(operation, summary, answers, **more)`` of the endpoints under one tag of the document."""

    def about(operation: str, summary: str, answers: dict[int, Any], **more: Any) -> dict[str, Any]:
        return {"operation_id": operation, "tags": [tag], "summary": summary, "responses": answers, **more}

    return about
