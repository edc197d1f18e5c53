"""Scenery to drive through where there is no vehicle and no bag."""
