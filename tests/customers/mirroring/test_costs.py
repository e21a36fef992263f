"""What a page costs: statements that don't grow with its rows."""

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.transactions import all_or_nothing
from customers.facts import FollowFacts
from customers.models import Customer, FollowRelation, RelationEpisode
from tests import make
from tests.conftest import Cast
from tests.customers.mirroring.readings import follow, person, read

SIZE = 200


def page(cast: Cast, **fields: object) -> list[FollowFacts]:
    who = [cast.owner.userid, cast.colleague.userid]
    return [follow(f"wm{n:04}", who[n % 2], n, **{"tags": ("etA",), "remark": f"客{n}"} | fields) for n in range(SIZE)]


def cost(cast: Cast, facts: list[FollowFacts], ticket: int, **options: object) -> int:
    """Statements of applying a page within the caller's transaction, as the sync does."""
    with CaptureQueriesContext(connection) as seen, transaction.atomic(), all_or_nothing():
        read(cast.corp, *facts, ticket=ticket, **options)
    return len([q for q in seen.captured_queries if "SAVEPOINT" not in q["sql"]])


def test_a_page_of_new_customers_costs_a_bounded_number_of_statements_and_one_without_change_seven(cast: Cast) -> None:
    make.tag(make.group(cast.corp), wecom_id="etA")
    assert cost(cast, page(cast), 1) <= 15
    assert (Customer.objects.count(), FollowRelation.objects.count(), RelationEpisode.objects.count()) == (SIZE,) * 3
    assert cost(cast, page(cast), 2, run_id=1) <= 7
    assert not FollowRelation.objects.exclude(fetch_seq=2, seen_run=1).exists()


def test_a_page_where_everything_changed_costs_hardly_more(cast: Cast) -> None:
    make.tag(make.group(cast.corp), wecom_id="etA")
    read(cast.corp, *page(cast), ticket=1)
    people = [person(f"wm{n:04}", name=f"新名{n}") for n in range(SIZE)]
    changed = [follow(f.external_userid, f.userid, 500 + n, remark=f"新{n}") for n, f in enumerate(page(cast))]
    assert cost(cast, changed, 2, people=people) <= 18
    assert RelationEpisode.objects.count() == 2 * SIZE
