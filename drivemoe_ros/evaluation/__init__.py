"""Scores of closed-loop drives and of routers, as Bench2Drive counts them; NumPy only."""
