"""The address by which SQLite opens a file that is not to be written."""

from pathlib import PurePath


def read_only(path: PurePath) -> str:
    """A URI for sqlite3.connect; SQLite takes no host, so that of a Windows share joins the path."""
    address = path.as_uri()
    if not address.startswith("file:///"):
        address = address.replace("file://", "file:////", 1)
    return f"{address}?mode=ro"
