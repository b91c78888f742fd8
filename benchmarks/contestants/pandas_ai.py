"""The prompt that PandasAI would send for a question about a frame, which comes as a Parquet file. Nothing is sent."""

from __future__ import annotations

import sys

import pandas as pd
import pandasai
from pandasai import Agent
from pandasai.core.prompts import get_chat_prompt_for_sql
from pandasai.llm.base import LLM


class Nobody(LLM):
    """A model that is never asked."""

    @property
    def type(self) -> str:
        return "nobody"

    def call(self, *args: object, **kwargs: object) -> str:
        raise AssertionError


def prompt(path: str, question: str) -> str:
    pandasai.config.set({"llm": Nobody(), "verbose": False, "save_logs": False})
    agent = Agent([pandasai.DataFrame(pd.read_parquet(path))])
    agent._state.memory.add(question, is_user=True)
    agent._state.output_type = None
    return str(get_chat_prompt_for_sql(agent._state).to_string())


if __name__ == "__main__":
    print(prompt(sys.argv[1], sys.argv[2]))
