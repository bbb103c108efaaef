"""The kernel: study days, ratings, memory, due days, the order of a session. No Django, no clock, no rng."""
