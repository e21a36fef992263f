"""Statistics: a day, a week, a month, counted whole from the record (docs/statistics.md)."""
