"""The registry behind the Jupyter server, for the sidebar: every operation as `POST modelreg/api/<operation>`."""

from jupyter_modelreg.server.extension import ModelregExtension

__all__ = ["ModelregExtension"]
