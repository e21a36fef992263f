"""The API behind a real address."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.wecom.sandbox.conftest import SECRET
from wecom.sandbox.company import Company
from wecom.sandbox.server import Server
from wecom.sandbox.serving import Served


@pytest.fixture
def served(server: Server) -> Iterator[Served]:
    logging.getLogger("waitress").setLevel(logging.ERROR)
    with Served(server) as served:
        yield served


@pytest.fixture
def http(served: Served, company: Company) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{served.url}/cgi-bin/") as http:
        login = {"corpid": company.corpid, "corpsecret": SECRET}
        http.params = httpx.QueryParams(access_token=http.get("gettoken", params=login).json()["access_token"])
        yield http


def test_calls_are_answered_over_the_network(http: httpx.Client) -> None:
    answer = http.get("externalcontact/get_follow_user_list")
    assert answer.json()["follow_user"] == ["lina", "bob"]
    assert answer.headers["Content-Type"] == "application/json; charset=UTF-8"


def test_bodies_arrive(http: httpx.Client, company: Company) -> None:
    answer = http.post("externalcontact/add_corp_tag", json={"group_name": "等级", "tag": [{"name": "甲"}]})
    assert answer.json()["tag_group"]["group_name"] == "等级"
    assert [tag.name for tag in company.tags.values()] == ["甲"]


@pytest.mark.parametrize("fault", ["dropped", "lost"])
def test_a_dropped_connection_is_seen_as_one(http: httpx.Client, server: Server, fault: str) -> None:
    server.faults.set(**{fault: 1.0})
    with pytest.raises(httpx.TransportError):
        http.get("department/list")
    server.faults.off()
    assert http.get("department/list").json()["errcode"] == 0


def test_many_threads_change_one_company(http: httpx.Client, company: Company) -> None:
    external = company.befriend("lina")
    tags = [tag.id for tag in company.tags_of(company.add_tag_group("等级", [f"甲{n}" for n in range(40)]).id)]

    def mark(tag: str) -> int:
        body = {"userid": "lina", "external_userid": external, "add_tag": [tag]}
        code: int = http.post("externalcontact/mark_tag", json=body).json()["errcode"]
        return code

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(mark, tags)) == {0}
    assert company.truth()["follows"]["lina", external]["tags"] == sorted(tags)


def test_acts_of_a_thread_and_calls_of_others_do_not_meet(http: httpx.Client, company: Company) -> None:
    stopping = threading.Event()

    def live() -> None:
        while not stopping.is_set():
            external = company.befriend("lina")
            company.delete_by_employee("lina", external)

    thread = threading.Thread(target=live)
    thread.start()
    try:
        codes = {
            http.post("externalcontact/batch/get_by_user", json={"userid_list": ["lina"]}).json()["errcode"]
            for _ in range(50)
        }
    finally:
        stopping.set()
        thread.join()
    assert codes == {0}


def test_after_the_stop_nobody_answers_and_no_thread_is_left(server: Server) -> None:
    served = Served(server).start()
    assert httpx.get(f"{served.url}/sandbox/counts").status_code == 200
    served.stop()
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{served.url}/sandbox/counts")
    assert "wecom-sandbox" not in {thread.name for thread in threading.enumerate()}


def test_a_taken_port_is_told(server: Server, served: Served) -> None:
    with pytest.raises(OSError, match="in use"):
        Served(server, port=int(served.url.rsplit(":", 1)[1]))
