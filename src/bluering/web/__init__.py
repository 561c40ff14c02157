"""The door for people: pages that load, call one action and answer. No rules inside.

In: requests of somebody logged in. Out: pages. Read by: nobody.
"""
