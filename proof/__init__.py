"""What stands behind the built-in bank: its keys are worked out again, spoilt on purpose, and counted."""
