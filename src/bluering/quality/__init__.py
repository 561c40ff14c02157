"""Is what came in fit to be used: how each source is doing, gates for figures, and gaps that a data steward answers for.

In: what intake kept and the record's tables. Out: the rhythm and lag of sources, results of gates, data gaps with their life.
Read by: tasks, web.
"""
