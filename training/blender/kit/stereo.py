# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Stereoscopic pairs with their true disparity, x_left - x_right in pixels.

The two cameras look the same way, `baseline` apart, and each one's film is shifted so that what is
`screen` away falls on the same pixel of both. With a focal length of f pixels

    disparity = f baseline (1 / depth - 1 / screen),

positive before the screen. It needs no search: depth is known at every pixel's centre.
"""

import json
import os

import bpy
import numpy

from .cycles import load_pixels, render_depth, render_picture
from .exr import read_map, write_map

FILES = ('left.png', 'right.png', 'depth.exr', 'disparity.exr', 'disparity_right.exr', 'pair.json')


def render_pair(folder, shot, t, budget_percent, zero_plane):
    """Writes FILES into the folder.

    The span between the 2nd and 98th percentile of inverse depth becomes `budget_percent` of the
    width; `zero_plane`, 0 far and 1 near, is the place of the screen within it.
    """
    camera = shot.go_to(t)
    middle = camera.location.copy()
    right = camera.matrix_world.to_3x3().col[0].normalized()
    width = bpy.context.scene.render.resolution_x
    focal_px = camera.data.lens / camera.data.sensor_width * width
    far, near = numpy.percentile(1.0 / render_depth(), (2, 98))
    screen = 1.0 / (far + zero_plane * (near - far))
    baseline = budget_percent / 100.0 * width / (focal_px * (near - far))

    def view(side):
        camera.location = middle + right * (0.5 * side * baseline)
        camera.data.shift_x = -0.5 * side * focal_px * baseline / screen / width
        depth = render_depth()
        return depth, (focal_px * baseline * (1.0 / depth - 1.0 / screen)).astype(numpy.float32)

    os.makedirs(folder, exist_ok=True)
    depth, disparity = view(-1.0)
    write_map(os.path.join(folder, 'depth.exr'), depth)
    write_map(os.path.join(folder, 'disparity.exr'), disparity)
    render_picture(os.path.join(folder, 'left.png'))
    write_map(os.path.join(folder, 'disparity_right.exr'), view(1.0)[1])
    render_picture(os.path.join(folder, 'right.png'))
    camera.data.shift_x = 0.0
    about = {'t': t, 'budget_percent': budget_percent, 'zero_plane': zero_plane,
             'baseline': baseline, 'screen': screen, 'focal_px': focal_px, **check_pair(folder)}
    path = os.path.join(folder, 'pair.json')
    with open(path + '.part', 'w', encoding='utf-8') as file:
        json.dump(about, file, indent=4)
    os.replace(path + '.part', path)
    return about


def check_pair(folder):
    """Holds the truth against the pictures: what both eyes see must look the same to both.

    A pixel of the left view is visible in the right one if the right view's own disparity there
    points back at it. PSNR is over visible pixels at whose place the right disparity is even, so
    that sampling between two pixels does not mix two surfaces. Disparities that are half a pixel
    off, either way, must look worse.
    """
    left, right = (load_pixels(os.path.join(folder, name))[:, :, :3]
                   for name in ('left.png', 'right.png'))
    there, back = (read_map(os.path.join(folder, name))
                   for name in ('disparity.exr', 'disparity_right.exr'))
    height, width = there.shape
    rows = numpy.arange(height)[:, None]

    def look_right(values, off=0.0):
        at = numpy.clip(numpy.arange(width)[None, :] - there + off, 0.0, width - 1.001)
        low = numpy.floor(at).astype(int)
        part = at - low if values.ndim == 2 else (at - low)[..., None]
        here, beside = values[rows, low], values[rows, low + 1]
        return here * (1.0 - part) + beside * part, numpy.abs(beside - here)

    seen, step = look_right(back)
    error = numpy.abs(seen - there)
    inside = numpy.abs(numpy.arange(width) - there - 0.5 * (width - 1)) < 0.5 * (width - 1)
    visible = inside & (step < 0.5) & (error < 0.5)

    def psnr_db(off):
        difference = (look_right(right, off)[0] - left)[visible]
        return round(-10.0 * float(numpy.log10((difference ** 2).mean())), 2)

    found = {
        'visible_percent': round(100.0 * float(visible.mean()), 1),
        'disparity_error_px': round(float(error[visible].mean()), 4),
        'psnr_db': psnr_db(0.0),
        'psnr_half_pixel_off_db': max(psnr_db(-0.5), psnr_db(0.5)),
        'range_px': [round(float(d), 2) for d in numpy.percentile(there, (2, 98))],
    }
    if found['psnr_half_pixel_off_db'] >= found['psnr_db']:
        raise RuntimeError(f'{folder}: the pictures do not agree with their disparity: {found}')
    return found
