"""Losses and training of the policies."""
