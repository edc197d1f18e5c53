"""Planar geometry; numpy only."""
