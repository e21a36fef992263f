from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corps.actors import SYSTEM
from customers import lifecycle, search, selection
from customers.models import Customer, CustomerGram
from tests import api, make
from tests.conftest import Cast

URL = "/api/v1/customers"
# Few letters, so that keywords hit, with what folding and LIKE could stumble over.
LETTERS = "张三李四aAbＢ1%_😀😁é\\' "


def found(cast: Cast, keyword: str) -> set[str]:
    answer = api.client(cast.corp).get(URL, {"keyword": keyword, "size": 100})
    assert answer.status_code == 200, answer.content
    return {row["externalUserid"] for row in answer.json()["list"]}


def test_any_part_of_the_name_finds_from_one_character_on(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm1", name="欧阳锋")
    make.customer(cast.corp, external_userid="wm2", name="阳光")
    assert found(cast, "阳") == {"wm1", "wm2"}
    assert found(cast, "欧阳") == found(cast, "欧阳锋") == found(cast, "锋") == {"wm1"}
    assert found(cast, "阳欧") == set()


def test_mobile_and_remark_are_found_too(cast: Cast) -> None:
    customer = make.customer(cast.corp, cast.owner, external_userid="wm1", name="张三", mobile="13800138000")
    customer.relations.update(remark="万科采购")
    lifecycle.update(customer=customer, by=SYSTEM, source="system", name="张三丰")
    assert found(cast, "0013") == found(cast, "科采") == found(cast, "13800138000") == {"wm1"}


def test_pairs_that_occur_apart_do_not_make_a_longer_word(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm1", name="张三李四三李")
    assert found(cast, "张三李") == {"wm1"}
    assert found(cast, "四三李四") == set()


def test_width_case_and_blanks_make_no_difference(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm1", name="ＶＩＰ 张 Ming")
    assert found(cast, "vip张m") == {"wm1"}


def test_emoji_and_accents_are_told_apart(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm1", name="小😀")
    make.customer(cast.corp, external_userid="wm2", name="小😁")
    assert found(cast, "😀") == {"wm1"}


def test_signs_of_the_database_are_plain_characters(cast: Cast) -> None:
    make.customer(cast.corp, external_userid="wm1", name="100%_真")
    make.customer(cast.corp, external_userid="wm2", name="1000张真")
    assert found(cast, "%_真") == {"wm1"}


def test_a_new_name_replaces_the_grams_of_the_old_one(cast: Cast) -> None:
    customer = make.customer(cast.corp, external_userid="wm1", name="王小明")
    lifecycle.update(customer=customer, by=SYSTEM, source="system", name="王大明")
    assert found(cast, "小") == set()
    assert found(cast, "王大") == {"wm1"}
    grams = set(CustomerGram.objects.filter(customer=customer).values_list("gram", flat=True))
    assert grams == search.grams(Customer.objects.get().search_text)


def test_another_company_is_never_found(cast: Cast) -> None:
    make.customer(cast.other_corp, external_userid="wmForeign", name="王小明")
    make.customer(cast.corp, external_userid="wm1", name="王大明")
    assert found(cast, "王") == {"wm1"}


@pytest.mark.parametrize("keyword", ["", "   "])
def test_a_blank_keyword_is_none_or_refused(cast: Cast, keyword: str) -> None:
    make.customer(cast.corp)
    answer = api.client(cast.corp).get(URL, {"keyword": keyword})
    assert answer.status_code == (200 if keyword == "" else 400)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    names=st.lists(st.text(alphabet=LETTERS, max_size=8), min_size=1, max_size=8),
    keyword=st.text(alphabet=LETTERS, min_size=1, max_size=5).filter(str.strip),
)
def test_the_index_finds_what_reading_every_name_would(cast: Cast, names: list[str], keyword: str) -> None:
    Customer.objects.all().delete()
    CustomerGram.objects.all().delete()
    for number, name in enumerate(names):
        make.customer(cast.corp, external_userid=f"wm{number}", name=name)
    word = search.normalise(keyword)
    wanted = {f"wm{n}" for n, name in enumerate(names) if word in search.normalise(name)}
    assert found(cast, keyword) == wanted


def test_the_search_reads_an_index_and_not_the_table(cast: Cast) -> None:
    for number in range(50):
        make.customer(cast.corp, external_userid=f"wm{number}", name=f"客户{number}")
    wanted = selection.Wanted(cast.actor("admin"), {"keyword": "客户1"})
    plan: Any = selection.select(wanted).order_by("-id")[:20].explain()
    if connection.vendor == "sqlite":
        assert "SCAN" not in plan.upper().replace("SCAN CONSTANT", "")
    else:
        assert "ALL" not in [cell.strip() for line in plan.splitlines() for cell in line.split(" ")]
