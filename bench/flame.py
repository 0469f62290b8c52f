#!/usr/bin/env python3
"""Draws a flame graph (SVG) of what `perf script` prints: stacks side by side, as wide as the share of samples in them.

Usage: perf script -i perf.data | flame.py TITLE >graph.svg
"""

import html
import re
import sys
from collections import Counter

WIDTH, ROW, LEAST = 1200, 17, 0.0012  # pixels, and the least share that is drawn


def stacks(lines):
    """Yields each sample's functions, outermost first."""
    stack = []
    for line in lines:
        if not line.strip():
            if stack:
                yield tuple(reversed(stack))
            stack = []
        elif line[0] in " \t":
            found = re.match(r"\s+[0-9a-f]+ (.+?)(?:\+0x[0-9a-f]+)? \(([^()]*)\)$", line.rstrip())
            if found:
                stack.append(short(*found.groups()))
    if stack:
        yield tuple(reversed(stack))


def short(name, place):
    """Java as Class.method, the kernel's functions with a mark."""
    java = re.match(r"(?:[\w.$\[\]]+ )?(?:[\w$]+\.)*([\w$]+\.[\w$<>]+)\(", name)
    if java:
        return java.group(1)
    return name + "_[k]" if "kernel" in place else name


def colour(name):
    shade = sum(map(ord, name)) % 40
    if name.endswith("_[k]"):
        return f"hsl({20 + shade // 3},75%,{62 + shade // 4}%)"
    return f"hsl({(95 if '.' in name else 205) + shade // 3},45%,{60 + shade // 4}%)"


def boxes(counts, depth=0, start=0):
    """Yields (depth, first sample, samples, name) of every frame."""
    groups = {}
    for stack, count in counts.items():
        if len(stack) > depth:
            groups.setdefault(stack[depth], Counter())[stack] += count
    for name in sorted(groups):
        total = sum(groups[name].values())
        yield depth, start, total, name
        yield from boxes(groups[name], depth + 1, start)
        start += total


def main():
    sys.setrecursionlimit(10_000)
    counts = Counter(stack for stack in stacks(sys.stdin) if stack)
    total = sum(counts.values())
    drawn = [box for box in boxes(counts) if box[2] >= total * LEAST]
    height = (max(box[0] for box in drawn) + 2) * ROW + 10
    print(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="monospace" font-size="11">'
        f'<rect width="100%" height="100%" fill="#fff"/><text x="6" y="14" font-size="13">{html.escape(sys.argv[1])}</text>'
    )
    for depth, start, count, name in drawn:
        x, width = start * WIDTH / total, count * WIDTH / total
        y = height - (depth + 1) * ROW - 4
        label = html.escape(name[: max(0, int(width / 6.8))]) if width > 24 else ""
        print(
            f'<g><title>{html.escape(name)}: {100 * count / total:.1f} %</title>'
            f'<rect x="{x:.1f}" y="{y}" width="{width:.1f}" height="{ROW - 1}" fill="{colour(name)}"/>'
            f'<text x="{x + 2:.1f}" y="{y + 12}">{label}</text></g>'
        )
    print("</svg>")


if __name__ == "__main__":
    main()
