# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Pictures with exact inverse depth, laid out as `diorama-train pack` takes photos and their labels."""

import os
import struct
import zlib

import bpy
import numpy

from .cycles import render_depth, render_picture
from .passes import time_of


def render_known_depth(folder, name, shot, frames):
    """Renders what is missing of pictures/NAME_0001.png and depth/NAME_0001.png."""
    _spend_little()
    for frame in frames:
        file = f'{name}_{frame:04}.png'
        picture, depth = (os.path.join(folder, kind, file) for kind in ('pictures', 'depth'))
        # The picture comes last: where there is one, there is all of it.
        if os.path.exists(picture) or shot.go_to(time_of(frame)) is None:
            continue
        _write_shorts(depth, _as_shorts(1.0 / render_depth()))
        render_picture(picture)


def _spend_little():
    """Depth is exact after one sample; of light, a look is enough to learn edges from."""
    cycles = bpy.context.scene.cycles
    cycles.max_bounces, cycles.diffuse_bounces = 3, 1
    cycles.glossy_bounces, cycles.transmission_bounces = 1, 3


def _as_shorts(inverse_depth):
    """Nearest 65535, the sky or the farthest 0. What is nearer than a hundredth of all pixels are
    counts as near as that, so that one leaf before the lens leaves steps for the rest."""
    far = inverse_depth.min()
    near = max(numpy.percentile(inverse_depth, 99), far + 1e-9)
    return numpy.round(65535.0 * numpy.clip((inverse_depth - far) / (near - far), 0.0, 1.0))


def _write_shorts(path, values):
    """A grey PNG of 16 bits, which appears whole or not at all."""
    height, width = values.shape
    rows = numpy.zeros((height, 1 + 2 * width), numpy.uint8)  # each begins with "no filter"
    rows[:, 1:] = values.astype('>u2').view(numpy.uint8).reshape(height, 2 * width)

    def chunk(kind, body):
        return (struct.pack('>I', len(body)) + kind + body
                + struct.pack('>I', zlib.crc32(kind + body)))

    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path + '.part', 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n'
                   + chunk(b'IHDR', struct.pack('>IIBBBBB', width, height, 16, 0, 0, 0, 0))
                   + chunk(b'IDAT', zlib.compress(rows.tobytes(), 6)) + chunk(b'IEND', b''))
    os.replace(path + '.part', path)
