"""An MCP server for agents: they ask and compute over an ``Analyst`` and the sources in scope.

An agent is told what a model may be told at the privacy level, and its code runs in the sandbox alone. What it made
stays with the user in full. See https://modelcontextprotocol.io/specification for the protocol.
"""
