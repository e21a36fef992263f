"""How likely each relation is to end, by points that anybody can add up (docs/churn.md)."""
