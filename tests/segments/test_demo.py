"""The demo company's segments: four that ask and one that lists, counted before anybody looks."""

from customers.models import Customer
from scrm_customer import demo_segments
from segments.models import Segment, SegmentRun
from tests import make
from tests.conftest import Cast
from tests.segments import crowd


def test_four_ask_one_lists_and_all_are_counted(cast: Cast) -> None:
    won = make.stage(cast.corp, name="已成交", outcome="won")
    buyer = make.staged(make.customer(cast.corp, cast.owner, city="杭州"), won)
    make.relation(buyer, cast.colleague)
    make.customer(cast.corp, cast.owner, city="北京")
    make.customer(cast.other_corp, city="北京")
    demo_segments.add(cast.corp)
    sizes = {row.name: (row.kind, len(crowd.members(row)), row.standing.size) for row in Segment.objects.all()}
    assert sizes == {
        "近 90 天新客": ("dynamic", 2, 2),
        "一线城市": ("dynamic", 1, 1),
        "多人跟进": ("dynamic", 1, 1),
        "成交后未回访": ("dynamic", 1, 1),
        "答谢会名单": ("static", 2, 2),
    }
    assert crowd.members(Segment.objects.get(name="成交后未回访")) == {buyer.pk}
    assert not SegmentRun.objects.filter(open_mark=1).exists()


def test_a_company_without_stages_or_customers_has_them_too(cast: Cast) -> None:
    for _n in range(2):
        demo_segments.add(cast.corp)
    assert Segment.objects.of_corp(cast.corp.pk).count() == 5
    assert not Customer.objects.exists()
    assert {row.standing.size for row in Segment.objects.all()} == {0}
