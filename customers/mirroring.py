"""Bring customers and their relations into step with what WeCom says. Callbacks and full syncs call the same two."""

from collections.abc import Collection, Sequence

from corps.actors import Actor
from corps.facts import Tally
from customers.facts import Ending, FollowFacts, PersonFacts


def apply_page(
    *,
    corp_id: int,
    people: Sequence[PersonFacts],
    follows: Sequence[FollowFacts],
    ticket: int,
    by: Actor,
    source: str,
    whole: Collection[str] = (),
    run_id: int | None = None,
) -> Tally:
    """Store up to some hundred customers and pairs as they were read under ``ticket``, in one transaction.

    Args:
        whole: external userids for which ``follows`` names every follower: their other living relations that WeCom
            has shown before are over, ended by the employee.
        run_id: the full sync that reads; each pair is marked as seen by it.
    """
    raise NotImplementedError


def end_pairs(*, corp_id: int, endings: Sequence[Ending], ticket: int, by: Actor, source: str) -> Tally:
    """End relations, each as its ``Ending`` says; one that is over already, or began later, stays as it is."""
    raise NotImplementedError
