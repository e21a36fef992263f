"""The preview's count as single SQL statements, each in the best way that we know: bitmaps have to beat them all."""

from bench.tree_questions import CITIES, DAYS, MOMENT
from segments.fields import days

_WHO = (
    "c.corp_id = 1 AND c.alive = 1 AND c.blacklisted = 0 AND c.status = 1 AND c.add_time >= '{since}' "
    "AND c.city IN ({cities})"
)
_EXISTS = "EXISTS (SELECT 1 FROM customer_tag_relation t WHERE t.customer_id = c.id AND t.tag_id IN ({one}, {other}))"
_LACKS = "NOT EXISTS (SELECT 1 FROM customer_tag_relation n WHERE n.customer_id = c.id AND n.tag_id = {without})"
_IN = "c.id IN (SELECT customer_id FROM customer_tag_relation WHERE tag_id IN ({one}, {other}))"
_NOT_IN = "c.id NOT IN (SELECT customer_id FROM customer_tag_relation WHERE tag_id = {without})"
_EITHER = (
    "SELECT customer_id FROM customer_tag_relation WHERE tag_id = {one} "
    "UNION SELECT customer_id FROM customer_tag_relation WHERE tag_id = {other}"
)
_ADDED = "customer c FORCE INDEX (ix_customer_added)"
FORMS = {
    "EXISTS": f"SELECT COUNT(*) FROM customer c WHERE {_WHO} AND {_EXISTS} AND {_LACKS}",
    "EXISTS, by time of adding": f"SELECT COUNT(*) FROM {_ADDED} WHERE {_WHO} AND {_EXISTS} AND {_LACKS}",
    "IN": f"SELECT COUNT(*) FROM customer c WHERE {_WHO} AND {_IN} AND {_NOT_IN}",
    "IN, by time of adding": f"SELECT COUNT(*) FROM {_ADDED} WHERE {_WHO} AND {_IN} AND {_NOT_IN}",
    "JOIN, DISTINCT, anti-join": (
        "SELECT COUNT(DISTINCT c.id) FROM customer_tag_relation t JOIN customer c ON c.id = t.customer_id LEFT JOIN "
        "customer_tag_relation n ON n.customer_id = c.id AND n.tag_id = {without} "
        f"WHERE t.tag_id IN ({{one}}, {{other}}) AND n.id IS NULL AND {_WHO}"
    ),
    "customers, then JOIN": (
        f"SELECT COUNT(DISTINCT c.id) FROM {_ADDED} STRAIGHT_JOIN customer_tag_relation t FORCE INDEX "
        f"(uk_customer_tag) ON t.customer_id = c.id AND t.tag_id IN ({{one}}, {{other}}) WHERE {_WHO} AND {_LACKS}"
    ),
    "tags, then JOIN": (
        "SELECT COUNT(DISTINCT c.id) FROM customer_tag_relation t FORCE INDEX (ix_tag_customer) STRAIGHT_JOIN "
        f"customer c ON c.id = t.customer_id WHERE t.tag_id IN ({{one}}, {{other}}) AND {_WHO} AND {_LACKS}"
    ),
    "UNION of the tags, JOIN": (
        f"SELECT COUNT(*) FROM ({_EITHER}) t JOIN customer c ON c.id = t.customer_id WHERE {_WHO} AND {_LACKS}"
    ),
    "GROUP BY, HAVING": (
        "SELECT COUNT(*) FROM (SELECT t.customer_id FROM customer_tag_relation t JOIN customer c ON c.id = "
        f"t.customer_id WHERE t.tag_id IN ({{one}}, {{other}}, {{without}}) AND {_WHO} GROUP BY t.customer_id "
        "HAVING SUM(t.tag_id = {without}) = 0) x"
    ),
}


def statements(tags: tuple[int, int, int]) -> dict[str, str]:
    """Name → statement. The values in it are numbers, a time and cities of the bench."""
    start, _behind = days.span("within", DAYS, MOMENT)
    assert start
    one, other, without = map(int, tags)
    values = {"one": one, "other": other, "without": without, "since": start.replace(tzinfo=None)}
    cities = ", ".join(f"'{city}'" for city in CITIES)
    return {name: form.format(cities=cities, **values) for name, form in FORMS.items()}


def of_members(tags: tuple[int, int, int]) -> dict[str, str]:
    """The same as statements that tell the customers' ids."""
    found = {}
    for name, counting in statements(tags).items():
        ids = counting.replace("COUNT(DISTINCT c.id)", "DISTINCT c.id")
        ids = ids.replace("SELECT COUNT(*) FROM (SELECT t.", "SELECT x.customer_id FROM (SELECT t.")
        found[name] = ids.replace("SELECT COUNT(*)", "SELECT c.id")
    return found
