"""One queue of everything that could not be read: who works on what, what was set aside, what is read again.

In: pieces of files and messages that intake put aside. Out: items with their place and reason, and what was done about them.
Read by: pipeline, web.
"""
