"""The caller of an API view, as the rules know them."""

from typing import cast

from rest_framework.request import Request

from corps.actors import Actor


def caller(request: Request) -> Actor:
    """Who calls. Our authentication puts an Actor where DRF's types say User."""
    return cast(Actor, request.user)


def company(request: Request) -> int:
    """The company whose data a view over a corp's rows changes; a caller without one doesn't get so far."""
    return cast(int, caller(request).corp_id)
