"""Files and folders on disk: written whole or not at all, in a folder that can be written, or refused in words."""
