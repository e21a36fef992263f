"""Warnings: which there are by the record, brought into step with the rows; and what people do about them.

``kinds`` and ``spans`` are pure; ``record`` reads, ``settling`` writes, ``handling`` is the people's.
"""
