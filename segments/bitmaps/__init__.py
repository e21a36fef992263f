"""What is often asked of customers, as bitmaps of their ids (docs/decisions/0037-bitmaps.md).

Everything here is derived from the record and follows it exactly: a change that no bitmap knows yet is asked of the
record itself. ``segments.asking`` is the way in; without bitmaps it answers by SQL, and the same.
"""
