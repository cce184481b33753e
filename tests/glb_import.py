# SPDX-License-Identifier: Apache-2.0. Guide: tests/blender_test.sh
"""Opens a model of a photo, and compares what its camera sees with the photo.

    blender -b --factory-startup -P glb_import.py -- MODEL.glb PHOTO.png SEEN.png
"""

import os
import sys

import bpy
import numpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from blender_view import look_through, pixels_of

# The mean and the share of samples that differ clearly, of 1: edges of meshes are softened by another
# hand than the photo's.
MOST_MEAN = 0.03
CLEARLY = 0.25
MOST_CLEAR = 0.02

# The importer of Blender 3.4 asks for a name that numpy has dropped.
numpy.bool = bool


def open_model(path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.import_scene.gltf(filepath=path)
    bpy.context.scene.world = bpy.data.worlds.new('dark')
    kinds = {kind: [o for o in bpy.context.scene.objects if o.type == kind] for kind in ('CAMERA', 'MESH')}
    assert len(kinds['CAMERA']) == 1, 'the model has one camera'
    assert len(kinds['MESH']) >= 2, 'the ship stands before its background'
    return kinds['CAMERA'][0], kinds['MESH']


def check_mesh(mesh):
    data = mesh.data
    assert data.polygons and data.uv_layers, f'{mesh.name} has surface and texture'
    images = [node.image for slot in mesh.material_slots
              for node in slot.material.node_tree.nodes if node.type == 'TEX_IMAGE']
    assert images and all(image.size[0] > 0 for image in images), f'{mesh.name} has its picture'
    assert not data.validate(verbose=True), f'{mesh.name} is a sound mesh'


def main():
    model, photo, seen = sys.argv[sys.argv.index('--') + 1:]
    camera, meshes = open_model(model)
    for mesh in meshes:
        check_mesh(mesh)
    wanted = pixels_of(photo)
    apart = numpy.abs(look_through(camera, wanted, seen, samples=16) - wanted)
    mean, clear = apart.mean(), (apart > CLEARLY).mean()
    print(f'{len(meshes)} layers; the photo and what the camera sees differ by {mean:.4f} in the mean, '
          f'clearly in {100 * clear:.2f} % of the samples')
    assert mean <= MOST_MEAN and clear <= MOST_CLEAR, 'the camera sees the photo'


main()
