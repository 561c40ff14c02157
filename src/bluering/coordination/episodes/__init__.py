"""Somebody's time in a program: considered, asked, followed at a level, paused, stepped down, ended, watched, and back again.

In: what programs found (`population.programs`) and what people decide. Out: episodes with their history. The pages read it, and rules
see it as the work table `episode`.
"""
