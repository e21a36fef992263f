"""The console's acts on group chats at their edges: nothing selected, refusals, foreign rows, in both languages."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from groups.models import ChatTag, GroupChat, GroupTag, GroupTagSet, GroupTransferItem, GroupTransferJob
from groups.transfers import planning, running
from tests import make
from tests.conftest import Cast
from tests.console.conftest import entered, form_of, page
from tests.doors import is_chinese

HAND_OVER = "admin:groups_grouptransferjob_hand_over"
ACTIONS = ["add_tags", "remove_tags", "hand_over"]
LANGUAGES = ["zh-hans", "en"]


@pytest.fixture
def client(cast: Cast) -> Any:
    return entered(cast.users["admin"])


@pytest.fixture
def tag(cast: Cast) -> GroupTag:
    return make.group_tag(make.group_tag_set(cast.corp, name="区域"), name="华北")


@pytest.fixture
def chat(cast: Cast) -> GroupChat:
    return make.chat(cast.corp, cast.owner, name="华北客户群")


def job_of(cast: Cast, *chats: GroupChat) -> GroupTransferJob:
    rows = GroupChat.objects.filter(pk__in=[chat.pk for chat in chats])
    return planning.plan(corp_id=cast.corp.pk, chats=rows, taker=cast.colleague, by=cast.actor("admin"))


def act(client: Any, action: str, chats: list[GroupChat], **more: Any) -> Any:
    posted = {"action": action, "_selected_action": [chat.pk for chat in chats], **more}
    return client.post(page(GroupChat, "changelist"), posted)


def told(answer: Any) -> str:
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def nothing_written() -> bool:
    return not ChatTag.objects.exists() and not GroupTransferJob.objects.exists()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("action", ACTIONS)
def test_with_nothing_selected_it_says_so_and_does_nothing(
    cast: Cast, client: Any, tag: GroupTag, chat: GroupChat, action: str, language: str, recorded: Any
) -> None:
    client.cookies["django_language"], before = language, recorded()
    answer = act(client, action, [], index="0", tags=[tag.pk], taker=cast.colleague.pk)
    assert answer.status_code == 302
    assert is_chinese(told(answer)) == (language == "zh-hans") and told(answer)
    assert (nothing_written(), recorded()) == (True, before)


@pytest.mark.parametrize("action", ACTIONS)
def test_with_nothing_chosen_the_page_asks_again(
    client: Any, tag: GroupTag, chat: GroupChat, action: str, recorded: Any
) -> None:
    before = recorded()
    answer = act(client, action, [chat], apply="1")
    assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert "华北客户群" in answer.content.decode()
    assert (nothing_written(), recorded()) == (True, before)


@pytest.mark.parametrize("action", ACTIONS)
def test_what_is_another_companys_is_no_choice(
    cast: Cast, client: Any, chat: GroupChat, action: str, recorded: Any
) -> None:
    foreign = make.group_tag(make.group_tag_set(cast.other_corp))
    before = recorded()
    for wrong in (
        {"tags": [foreign.pk], "taker": cast.stranger.pk},
        {"tags": ["x"], "taker": "x"},
        {"tags": ["-1"], "taker": "9" * 30},
    ):
        answer = act(client, action, [chat], apply="1", **wrong)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (200, True)
    assert (nothing_written(), recorded()) == (True, before)


@pytest.mark.parametrize("action", ["add_tags", "remove_tags"])
def test_more_chats_than_a_page_are_refused_with_the_bound(
    client: Any, cast: Cast, tag: GroupTag, chat: GroupChat, action: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("core.console_bulk.MOST_AT_ONCE", 1)
    answer = act(client, action, [chat, make.chat(cast.corp, cast.owner)], apply="1", tags=[tag.pk])
    assert "1" in told(answer)
    assert nothing_written()


@pytest.mark.parametrize("wrong", ["x", "-1", "9" * 30, "²", "1;drop"])
def test_what_is_no_id_of_a_set_is_refused_at_its_field(client: Any, tag: GroupTag, wrong: str, recorded: Any) -> None:
    before = recorded()
    answer = client.post(page(GroupTag, "add"), {"name": "华东", "set": wrong, "order": 0})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["set"]
    assert (GroupTag.objects.count(), recorded()) == (1, before)


def test_staff_tag_their_own_chats_and_hand_none_over(cast: Cast, tag: GroupTag, chat: GroupChat) -> None:
    client, others = entered(cast.users["owner"]), make.chat(cast.corp, cast.colleague)
    act(client, "add_tags", [chat, others], apply="1", tags=[tag.pk])
    assert list(ChatTag.objects.values_list("chat_id", flat=True)) == [chat.pk]
    act(client, "hand_over", [chat], apply="1", taker=cast.colleague.pk)
    assert not GroupTransferJob.objects.exists()


def test_foreign_rows_have_no_page(cast: Cast, tag: GroupTag, chat: GroupChat, recorded: Any) -> None:
    job = job_of(cast, chat)
    stranger, before = entered(cast.users["stranger"]), recorded()
    for row in (chat, tag, tag.set, job):
        for kind in ("change", "history"):
            answer = stranger.get(page(row, kind))
            assert answer.status_code in (302, 404), (row, kind)
            assert "华北" not in answer.content.decode()
    for row in (tag, tag.set):
        assert stranger.post(page(row, "delete"), {"post": "yes"}).status_code in (302, 404)
        assert stranger.post(page(row, "change"), {"name": "改名", "order": 0}).status_code in (302, 404)
    assert (GroupTag.objects.get().name, GroupTagSet.objects.get().name, recorded()) == ("华北", "区域", before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_set_with_tags_is_kept_and_the_reason_is_shown(
    client: Any, tag: GroupTag, language: str, recorded: Any
) -> None:
    client.cookies["django_language"], before = language, recorded()
    answer = client.post(page(tag.set, "delete"), {"post": "yes"})
    assert (answer.status_code, answer.url) == (302, page(tag.set, "change"))
    assert is_chinese(told(answer)) == (language == "zh-hans") and told(answer)
    assert (GroupTagSet.objects.count(), recorded()) == (1, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_name_that_is_taken_is_shown_beside_it(client: Any, tag: GroupTag, language: str, recorded: Any) -> None:
    other = make.group_tag(tag.set, name="华南")
    client.cookies["django_language"], before = language, recorded()
    form = form_of(client.get(page(other, "change")), name="华北")
    answer = client.post(page(other, "change"), form)
    assert answer.status_code == 200
    (message,) = answer.context["adminform"].form.errors["name"]
    assert is_chinese(message) == (language == "zh-hans")
    other.refresh_from_db()
    assert (other.name, other.version, recorded()) == ("华南", 1, before)


def test_a_tag_of_a_new_set_that_can_not_be_takes_the_whole_set_with_it(client: Any, recorded: Any) -> None:
    before = recorded()
    answer = client.post(page(GroupTagSet, "add"), {"name": "规模", "order": 0, "tag_names": "大\n小\n大"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors
    assert (GroupTagSet.objects.count(), GroupTag.objects.count(), recorded()) == (0, 0, before)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_act_that_does_not_fit_the_job_says_why_on_its_page(
    cast: Cast, client: Any, chat: GroupChat, language: str, recorded: Any
) -> None:
    job = job_of(cast, chat)
    client.cookies["django_language"], before = language, recorded()
    answer = client.post(page(job, "pause"), {})
    (message,) = answer.context["form"].non_field_errors()
    assert (answer.status_code, is_chinese(message)) == (200, language == "zh-hans")
    job.refresh_from_db()
    assert (job.state, job.version, recorded()) == ("draft", 1, before)


def test_a_job_of_which_nothing_can_go_any_more_says_so_and_stays_a_sheet(
    cast: Cast, client: Any, chat: GroupChat, recorded: Any
) -> None:
    job = job_of(cast, chat)
    GroupChat.objects.update(owner=cast.colleague)
    before = recorded()
    answer = client.post(page(job, "start"), {})
    assert (answer.status_code, bool(answer.context["form"].non_field_errors())) == (200, True)
    job.refresh_from_db()
    assert (job.state, recorded()) == ("draft", before)
    assert list(GroupTransferItem.objects.values_list("state", flat=True)) == ["planned"]


def test_only_the_acts_that_a_job_can_take_are_offered(cast: Cast, client: Any, chat: GroupChat) -> None:
    job = job_of(cast, chat)

    def offered() -> set[str]:
        content = client.get(page(job, "change")).content.decode()
        return {name for name in ("start", "pause", "cancel") if page(job, name) in content}

    by: dict[str, Any] = {"by": cast.actor("admin"), "source": "operator"}
    assert offered() == {"start", "cancel"}
    job = running.start(job=job, **by)
    assert offered() == {"pause", "cancel"}
    job = running.pause(job=job, **by)
    assert offered() == {"start", "cancel"}
    job = running.cancel(job=job, **by)
    assert offered() == set()


def test_the_list_of_jobs_is_narrowed_by_state(cast: Cast, client: Any, chat: GroupChat) -> None:
    draft, started = job_of(cast, chat), job_of(cast, make.chat(cast.corp, cast.owner))
    running.start(job=started, by=cast.actor("admin"), source="operator")

    def listed(**query: Any) -> list[int]:
        answer = client.get(page(GroupTransferJob, "changelist"), query)
        return [row.pk for row in answer.context["cl"].result_list]

    assert listed() == [started.pk, draft.pk]
    assert listed(state__exact="running") == [started.pk]
    assert listed(state__exact="draft") == [draft.pk]
    assert listed(state__exact="done") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_has_no_chats_leaves_no_sheet_and_the_page_says_why(
    cast: Cast, client: Any, language: str, recorded: Any
) -> None:
    client.cookies["django_language"], before = language, recorded()
    answer = client.post(reverse(HAND_OVER), {"owner": cast.manager.pk, "taker": cast.colleague.pk})
    (message,) = answer.context["form"].non_field_errors()
    assert is_chinese(message) == (language == "zh-hans")
    assert (nothing_written(), recorded()) == (True, before)
