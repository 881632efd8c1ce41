"""The one table of commands behind `%modelreg` and `modelreg`: they return results, and only the edge prints."""
