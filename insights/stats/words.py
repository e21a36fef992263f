"""What the numbers are called on the wire, and what each of them counts."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from insights.stats.terms import Metric

MOVES = {
    "new": Metric.NEW,
    "readded": Metric.READDED,
    "lost": Metric.LOST,
    "lostByEmployee": Metric.LOST_EMPLOYEE,
    "lostByCustomer": Metric.LOST_CUSTOMER,
    "lostUnknown": Metric.LOST_UNKNOWN,
    "transferred": Metric.TRANSFERRED,
}
WORK = {
    "followups": Metric.FOLLOWUPS,
    "tagsPut": Metric.TAGS_PUT,
    "tagsTaken": Metric.TAGS_TAKEN,
    "transfersAsked": Metric.TRANSFERS_ASKED,
    "transfersDone": Metric.TRANSFERS_DONE,
    "transfersRefused": Metric.TRANSFERS_REFUSED,
    "warningsOpened": Metric.WARNINGS_OPENED,
    "warningsClosed": Metric.WARNINGS_CLOSED,
}
GROUPS = {"newGroups": Metric.GROUPS_NEW, "groupJoins": Metric.GROUP_JOINS, "groupLeaves": Metric.GROUP_LEAVES}
GROUPS_STANDING = {"groups": Metric.GROUPS, "groupMembers": Metric.GROUP_MEMBERS}
# Sums, told as one number.
TALK = {
    "chats": Metric.TALK_CHATS,
    "messages": Metric.TALK_MESSAGES,
    "negativeFeedback": Metric.TALK_FEEDBACK,
    "applications": Metric.TALK_APPLICATIONS,
    "newContacts": Metric.TALK_NEW,
}
REPLIES = {"replyPercentage": Metric.TALK_REPLY_PERCENTAGE, "replyMinutes": Metric.TALK_REPLY_MINUTES}
# Each relation of the total is in one of these.
CONTACT = {"active": Metric.ACTIVE, "silent": Metric.SILENT, "neverContacted": Metric.NEVER_CONTACTED}

_DEFINITIONS = {
    "relations": _("How many: a customer of two employees is two relations."),
    "people": _("How many distinct people in one day, week or month of these; over several they are added up."),
    "total": _("Relations that lasted at the end of the day, and the people they are with."),
    "new": _("Relations that began, those added again and those handed over among them."),
    "readded": _("Of the new, those of an employee and a customer who had one before."),
    "lost": _("Relations that ended, but by a transfer. The day is that of the end, and never moves."),
    "lostByEmployee": _("Of the lost, those that the employee deleted."),
    "lostByCustomer": _("Of the lost, those in which the customer deleted the employee."),
    "lostUnknown": _("Of the lost, those of which nobody told how they ended."),
    "transferred": _("Relations that ended because a colleague took over."),
    "net": _("New less lost less transferred; of people, by how many there are more than before."),
    "kept": _("Of the relations that began on days long enough ago, those that lasted so many days or more."),
    "active": _(
        "Of the relations that lasted at the end of the day, those with contact on one of the last days, as the company"
        " defines it, and the people with whom anybody here had some."
    ),
    "silent": _("Those with contact once, but none lately; and the people of whom that is the best to be said."),
    "neverContacted": _("Those in which there never was any contact; and the people with whom nobody had any."),
    "followups": _("Follow-ups by the day on which it happened, and the customers they were about."),
    "tagsPut": _("How often tags were put, and on how many customers."),
    "tagsTaken": _("How often tags were taken off, and from how many customers."),
    "transfersAsked": _("Customers whose transfer was sent to WeCom, by who hands over."),
    "transfersDone": _("Transfers that came to an end as wished."),
    "transfersRefused": _("Transfers that came to nothing, by refusal, a full taker or an error."),
    "warningsOpened": _("Warnings by the day they were given."),
    "warningsClosed": _("Warnings by the day they were over, handled or by themselves."),
    "newGroups": _("Group chats by the day they were opened, counted for today's owner."),
    "groupJoins": _("Stays of external contacts in group chats that began."),
    "groupLeaves": _("Stays of external contacts in group chats that ended."),
    "groups": _("Group chats that were open at the end of the day."),
    "groupMembers": _("Stays of external contacts that lasted at the end of the day."),
    "chats": _("WeCom's count of chats in which the employee wrote."),
    "messages": _("WeCom's count of messages that the employee sent."),
    "negativeFeedback": _("WeCom's count of customers who deleted or blocked the employee."),
    "applications": _("WeCom's count of friend requests that the employee sent."),
    "newContacts": _("WeCom's count of new customers."),
    "replyPercentage": _(
        "WeCom's share of chats begun by customers that were answered that day, the mean of the days."
    ),
    "replyMinutes": _("WeCom's minutes until the first answer, the mean of the days."),
    "entered": _("Steps into the stage, and the people who took one. For employees and departments, each follower's."),
    "standing": _("People in the stage at the end of the last day, as the company's count of that night says."),
    "conversion": _("People who came into the stage, as a share of those who came into the one before it."),
}


def definitions(names: Iterable[str]) -> dict[str, str]:
    """What these numbers count, in the language of the request."""
    return {name: str(_DEFINITIONS[name]) for name in ("relations", "people", *names)}
