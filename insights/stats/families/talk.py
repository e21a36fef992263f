"""WeCom's seven figures of each employee's talk."""

from insights.stats.families.family import Count, Family
from insights.stats.terms import Metric


def _sum(metric: Metric, column: str) -> Count:
    return Count(metric, f"SUM({column})", f"COUNT(DISTINCT CASE WHEN {column} > 0 THEN t.employee_id END)")


TALK = Family(
    "employee_talk_figures t",
    "t.corp_id = %(corp)s AND t.day BETWEEN %(first)s AND %(last)s",
    (
        _sum(Metric.TALK_CHATS, "t.chats"),
        _sum(Metric.TALK_MESSAGES, "t.messages"),
        # In hundredths. By the second number, of days of employees, these two are means, also of a department.
        Count(Metric.TALK_REPLY_PERCENTAGE, "SUM(ROUND(t.reply_percentage * 100))", "COUNT(t.reply_percentage)"),
        Count(Metric.TALK_REPLY_MINUTES, "SUM(t.reply_minutes)", "COUNT(t.reply_minutes)"),
        _sum(Metric.TALK_FEEDBACK, "t.negative_feedback"),
        _sum(Metric.TALK_APPLICATIONS, "t.applications"),
        _sum(Metric.TALK_NEW, "t.new_contacts"),
    ),
    employee="t.employee_id",
)
