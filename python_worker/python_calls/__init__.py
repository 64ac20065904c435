"""Calls by hand: the fence TypeScript calls through, and how a call is found, answered, interrupted and ended.

Standard library only, `plotting` excepted.
"""
