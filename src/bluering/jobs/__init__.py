"""Work that need not happen now: one queue in the database, with retries, a schedule and a sweeper.

In: a job's name and its arguments. Out: the job done once its time has come, even when a worker is killed in the middle of it.
Read by: the tasks and the command line.
"""
