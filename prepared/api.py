"""What is built once and used again: the SQL of the statements that every answer runs, content that never changes.

Django builds the text of a statement anew each time. For these few this takes several times as long as the database
does (`python -m bench.answer`), and their text is always the same. Everything else is asked by the ORM as usual.

This is what the room offers the others: they import nothing else of it.
"""

from prepared.fields import ImmutableJSONField
from prepared.reading import Prepared
from prepared.writing import PreparedInsert, PreparedUpdate

__all__ = ["ImmutableJSONField", "Prepared", "PreparedInsert", "PreparedUpdate"]
