# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Small mathematics of scenes."""

import math

TAU = 2.0 * math.pi


def lerp(a, b, t):
    return a + (b - a) * t


def clamp(x, low=0.0, high=1.0):
    return min(max(x, low), high)


def smoothstep(low, high, x):
    t = clamp((x - low) / (high - low))
    return t * t * (3.0 - 2.0 * t)


def srgb(code):
    """Linear RGBA of a colour written as in a style sheet, "#a0522d"."""
    channels = [int(code[i:i + 2], 16) / 255.0 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return (*linear, 1.0)


def shade(code, factor):
    """The colour made darker or, above 1, lighter."""
    return tuple(clamp(c * factor) for c in srgb(code)[:3]) + (1.0,)
