import pytest

from core.time import now
from tags.heirs import heirs
from tests import make
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


def test_a_tag_is_the_living_one_at_the_end_of_its_mergers(cast: Cast) -> None:
    group = make.group(cast.corp)
    living, gone = make.tag(group), make.tag(group, deleted_at=now())
    merged = make.tag(group, deleted_at=now(), merged_into=living)
    twice = make.tag(group, deleted_at=now(), merged_into=merged)
    lost = make.tag(group, deleted_at=now(), merged_into=gone)
    foreign = make.tag(make.group(cast.other_corp))
    asked = [living.pk, gone.pk, merged.pk, twice.pk, lost.pk, foreign.pk, 10**9]
    assert heirs(cast.corp.pk, asked) == {living.pk: living.pk, merged.pk: living.pk, twice.pk: living.pk}
    assert heirs(cast.corp.pk, []) == {}


def test_living_tags_cost_one_statement_however_many(cast: Cast, django_assert_num_queries: object) -> None:
    tags = [make.tag(make.group(cast.corp)) for _ in range(5)]
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(heirs(cast.corp.pk, [tag.pk for tag in tags])) == 5
