"""Keep segments fresh: all of one from time to time, and at once for the customers who changed.

All of a segment is asked by a run (``working``), which writes beside what readers see and is shown in one step. Who
changed is noted (``hearing``) and asked about in batches (``draining``). Both hold the segment's standing while they
write, so neither overwrites what the other knows better (docs/decisions/0038-segments.md).
"""
