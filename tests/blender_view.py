# SPDX-License-Identifier: Apache-2.0. Guide: tests/blender_test.sh
"""Pictures in Blender, as red, green and blue from the lowest row on, 0…1."""

import bpy
import numpy


def pixels_of(path):
    image = bpy.data.images.load(path)
    return numpy.array(image.pixels[:]).reshape(image.size[1], image.size[0], 4)[..., :3]


def look_through(camera, wanted, path, samples):
    """What the camera sees, in a picture of the size of `wanted` that is kept at `path`."""
    scene = bpy.context.scene
    scene.camera = camera
    scene.render.engine = 'CYCLES'
    scene.cycles.samples = samples
    scene.cycles.use_denoising = False
    scene.cycles.transparent_max_bounces = 16
    scene.view_settings.view_transform = 'Standard'
    scene.render.resolution_y, scene.render.resolution_x = wanted.shape[:2]
    scene.render.resolution_percentage = 100
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
    return pixels_of(path)
