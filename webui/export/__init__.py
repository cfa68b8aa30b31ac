"""A static copy of the help pages: for a web server without Python, or for a disk."""

from webui.export.folder import ExportError, write_export
from webui.export.pages import export_files

__all__ = ["ExportError", "export_files", "write_export"]
