"""Tools of MCP servers that the user names in the setting ``mcp_servers``, for the model of a question.

A model is told which tools there are, and asks for a call as a step. The call's arguments are what the model composed
of what it was told, so nothing of the data leaves in them that the privacy level keeps from the model. What a server
sends, its descriptions and its answers alike, is text of another program: it is cleaned and cut, told to the model as
data, and never run.
"""
