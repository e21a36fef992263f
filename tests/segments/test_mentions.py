"""What a condition speaks of, so that no more is loaded and nothing that changes it is missed."""

from segments.conditions import mentions
from segments.conditions.nodes import All, AnyOf, Asked, Condition, Not, Some

CITY = Asked("city", "is", "北京")
VIP = Asked("tags", "any", (3, 5))
MINE = Asked("employee", "is", 7)


def test_every_question_is_named_with_the_set_it_is_asked_of() -> None:
    tree = All((AnyOf((CITY, Not(VIP))), Some("relation", Not(AnyOf((MINE, MINE)))), Some("tag")))
    assert list(mentions.of_node(tree)) == [
        ("", CITY),
        ("", VIP),
        ("relation", None),
        ("relation", MINE),
        ("relation", MINE),
        ("tag", None),
    ]
    assert list(mentions.of_node(None)) == []


def test_conditions_need_together_what_each_of_them_needs() -> None:
    one, other = Condition(1, All((CITY, VIP))), Condition(1, Some("relation", MINE))
    always = {"status": set(), "blacklisted": set()}
    assert mentions.needs([]) == {"": always}
    assert mentions.needs([one]) == {"": always | {"city": set(), "tags": {3, 5}}}
    more = Condition(1, Not(Asked("tags", "all", (5, 9))))
    needed = mentions.needs([one, other, more, Condition(1, None)])
    assert needed == {"": always | {"city": set(), "tags": {3, 5, 9}}, "relation": {"employee": set()}}
    assert mentions.needs([Condition(1, Some("tag"))]) == {"": always, "tag": {}}
