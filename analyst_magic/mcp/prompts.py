"""A few good starts, which clients show as commands."""

from __future__ import annotations

from mcp.server.mcpserver import MCPServer


def add_prompts(server: MCPServer) -> None:
    """Add the prompts to a server."""

    @server.prompt(title="Explore a source")
    def explore(source: str) -> str:
        """What a source holds, how clean it is, and which questions it can answer."""
        return (
            f"Call describe for the source {source}. Say in plain words what it holds and at which grain, which "
            "columns have gaps or odd values, and which three questions it answers best. Check the counts with run_sql."
        )

    @server.prompt(title="Answer with evidence")
    def answer(question: str) -> str:
        """One question, answered with the number, the code and what speaks against it."""
        return (
            f"Answer this question about the data: {question}\nLook at list_sources and definitions first: where the "
            "user has defined a metric, use it. Compute with run_sql or run_python, check the result in a second way, "
            "and name the answers by which the user finds both."
        )

    @server.prompt(title="Make a report")
    def report(topic: str) -> str:
        """A short report with a few figures."""
        return (
            f"Make a report about {topic}. Find the sources, answer three to five questions with ask or run_python, a "
            "figure each, then call export_report with their names. Tell the user the file's name."
        )
