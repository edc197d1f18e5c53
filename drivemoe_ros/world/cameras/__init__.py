"""Cameras of the built-in world: a scene goes in, the picture that one camera of the rig takes of it comes out."""
