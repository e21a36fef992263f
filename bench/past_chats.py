"""Group chats with their members, and WeCom's figures of each employee's days."""

from bench import clock, spread
from bench.spread import DAY, Row
from corps.models import Corp
from groups.choices import ChatStatus, MemberType
from groups.models import GroupChat

CHAT = (
    "corp_id chat_id name owner_id create_time update_time admins notice status opened_at member_version member_count "
    "customer_count version fetch_seq"
)
MEMBER = "corp_id chat_id userid type name group_nickname join_time inviter_userid state left_at quit_scene customer_id"
TALK = (
    "corp_id employee_id day chats messages reply_percentage reply_minutes negative_feedback applications "
    "new_contacts final"
)
# One customer in so many is in a chat, in each of which are so many.
INSIDE, MEMBERS, TALKED = 5, 100, 400


def write(corp: Corp) -> None:
    people = spread.people(corp)
    number = corp.customer_set.count() // (INSIDE * MEMBERS) + 1
    spread.insert("group_chat", CHAT, (_chat(corp.pk, n, people[n % len(people)]) for n in range(number)))
    chats = list(GroupChat.objects.filter(corp=corp).order_by("pk").values_list("pk", flat=True))
    inside = spread.customers(corp, INSIDE)
    spread.insert("group_member", MEMBER, (_member(corp.pk, chats[n % len(chats)], pk) for n, pk in enumerate(inside)))
    talks = (_talk(corp.pk, pk, n) for n in range(TALKED) for pk in people)
    spread.insert("employee_talk_figures", TALK, talks)


def _chat(corp: int, number: int, owner: int) -> Row:
    at, status = spread.ago(number), int(ChatStatus.NORMAL)
    return (corp, f"bench{number}", f"群{number}", owner, at, at, "[]", "", status, at, "", MEMBERS, MEMBERS, 1, 0)


def _member(corp: int, chat: int, customer: int) -> Row:
    joined, over = spread.ago(customer), customer // INSIDE % 5 == 0
    left = min(joined + 30 * DAY, clock.END) if over else None
    kind = int(MemberType.CUSTOMER)
    return (corp, chat, f"wm{customer}", kind, "", "", joined, "", "", left, 0 if over else None, customer)


def _talk(corp: int, employee: int, number: int) -> Row:
    day = (clock.END - (number + 1) * DAY).date()
    drawn = (employee * 31 + number * 17) % 50
    return (corp, employee, day, drawn, drawn * 6, 60.5, 4, drawn % 7 == 0, drawn % 5, drawn % 4, True)
