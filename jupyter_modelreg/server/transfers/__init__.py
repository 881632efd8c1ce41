"""Archives and backups by way of the panel: made to be downloaded or left on the server, uploaded, imported.

`POST modelreg/transfers/export`, `…/backup` and `…/import` tell how far they have come as operations do, and stop where
they are when the client goes away. What they make for a download, and what is uploaded, are kept files, each known by
its token: `GET modelreg/transfers/files/<token>` sends one, and then it is gone.
"""
