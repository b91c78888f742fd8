"""What writes an answer as a document: a module a format, each with ``write_document(answer, path)``.

The package runs in the sandbox, where its name is ``analyst_documents`` (``packages.guest_packages``), so it imports
nothing of its neighbours. The programs of the offline planner call it; a model's code may.
"""
