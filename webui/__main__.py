"""``python -m webui`` does the same as ``lotse serve``."""

import sys

from corpus.command import FriendlyGroup
from webui.commands import serve

if __name__ == "__main__":
    FriendlyGroup("webui", commands={"serve": serve})(["serve", *sys.argv[1:]])
