"""The programs that write documents, as modules that can be imported, checked and tested; see ``..assemble``."""
