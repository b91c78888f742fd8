"""QueryPlan: a small language for questions about frames, compiled to SQL and to Plotly code."""
