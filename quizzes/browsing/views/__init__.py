"""The pages of the room: the bank with its questions, and practice."""
