"""The kernel: study days, memory, ratings, intervals and the order of questions. No Django, no clock, no dice."""
