"""The rules of a checkout: pure functions and frozen dataclasses, standard library only.

Time, randomness and ids are arguments; nothing here reads a clock, a file or a socket.
"""
