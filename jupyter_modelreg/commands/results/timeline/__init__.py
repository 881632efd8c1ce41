"""The timeline of a model as a picture, in a notebook and on a terminal."""
