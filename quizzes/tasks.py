"""The clock's doors: each lists what is owed and calls one action. May run 0, 1 or 5 times."""
