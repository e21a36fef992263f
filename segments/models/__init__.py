"""The tables of the segments and of the rules that tag: what is asked, who answers to it, and what was done."""

from segments.models.bitmap import Bitmap, BitmapDelta, BitmapIndex
from segments.models.rule import RuleBook, RuleVersion, TagRule
from segments.models.rule_record import RuleEffect, RuleOutcome
from segments.models.rule_run import RuleRun
from segments.models.segment import Segment
from segments.models.segment_note import SegmentPending, SegmentTouch
from segments.models.segment_run import SegmentRun
from segments.models.segment_size import SegmentSize
from segments.models.segment_standing import SegmentStanding
from segments.models.segment_stay import SegmentStay

__all__ = [
    "Bitmap",
    "BitmapDelta",
    "BitmapIndex",
    "RuleBook",
    "RuleEffect",
    "RuleOutcome",
    "RuleRun",
    "RuleVersion",
    "Segment",
    "SegmentPending",
    "SegmentRun",
    "SegmentSize",
    "SegmentStanding",
    "SegmentStay",
    "SegmentTouch",
    "TagRule",
]
