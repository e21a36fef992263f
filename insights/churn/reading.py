"""A score as it leaves for the wire."""

from typing import Any

from insights.churn import words
from insights.models import ChurnScore


def named(row: ChurnScore) -> dict[str, Any]:
    """One score as wire values, its reasons in the language now active."""
    return {
        "customerId": row.customer_id,
        "customerName": row.customer.name,
        "employeeId": row.employee_id,
        "employeeName": row.employee.name,
        "score": row.score,
        "level": row.level,
        "reasons": [
            {"code": code, "number": number, "points": points, "text": words.sentence(code, number)}
            for code, number, points in row.reasons
        ],
        "asOf": row.as_of.isoformat(),
    }
