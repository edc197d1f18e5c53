"""Frozen, checked values that move between the rooms of the package; numpy only.

Frames follow REP-103 (x forward, y left, z up, radians counter-clockwise); stamps are integer nanoseconds.
"""
