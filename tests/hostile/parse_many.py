"""A process that parses many files one by one, as `documents.child` parses one: `python parse_many.py FILE`.

FILE is a ZIP archive with the files, whose names state the parser. One line of JSON a file goes to standard output:
the problem, or "read".
"""

import json
import sys
import zipfile
from dataclasses import asdict

from longformer_viz.documents.limits import LIMITS
from longformer_viz.documents.parsers.run import answer, restrict


def main() -> None:
    """Parse the files."""
    restrict(600, 2 * LIMITS.memory_bytes)
    with zipfile.ZipFile(sys.argv[1]) as archive:
        for name in archive.namelist():
            order = {"parser": name.split("/")[0], "limits": asdict(LIMITS), "options": {}}
            print(json.dumps({"file": name}), flush=True)
            found = answer(order, archive.read(name))
            assert set(found) >= {"problem"} or isinstance(found["text"], str)
            print(json.dumps({"done": found.get("problem", "read")}), flush=True)


if __name__ == "__main__":
    main()
