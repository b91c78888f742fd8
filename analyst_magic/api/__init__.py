"""The methods of ``Analyst``, by what they are for; ``analyst_magic.analyst`` puts them together."""
