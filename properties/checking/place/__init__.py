"""Can these pods be placed at all? The scheduler's own filters, asked of every placement at once.

`question` is what is asked, `answer` what comes back. A filter states what it demands of a node as comparisons of
totals (`seatrial.model.scheduler.framework.Demand`); `forms` are the totals and formulas in which a solver chooses how
many pods of each kind stand on each node, so that no filter is written twice.
"""
