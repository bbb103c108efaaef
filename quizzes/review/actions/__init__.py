"""The rules of the room: opening days, answering, undoing, settings. Every action takes `now`."""
