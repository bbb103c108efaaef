"""Questions of each kind, sound ones and ones with faults: one module a kind, named like it."""
