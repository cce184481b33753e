# SPDX-License-Identifier: Apache-2.0. Guide: tests/blender_test.sh
"""Imports a drawing of flat tones as curves, and compares what is seen of them with its picture.

    blender -b --factory-startup -P svg_import.py -- DRAWING.svg FLAT.png SEEN.png
"""

import os
import sys

import addon_utils
import bpy
import numpy

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from blender_view import look_through, pixels_of

# The share of pixels whose colour may come nearer to another tone's: some on borders.
MOST_DIFFERENT = 0.02


def import_curves(path):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    addon_utils.enable('io_curve_svg')
    bpy.ops.import_curve.svg(filepath=path)
    curves = [o for o in bpy.context.scene.objects if o.type == 'CURVE']
    assert len(curves) > 5, 'shapes come in as curves'
    for curve in curves:
        assert all(spline.use_cyclic_u for spline in curve.data.splines), f'{curve.name} is closed'
    return curves


# The importer lays all curves on one plane; what is drawn later comes nearer.
def stack(curves):
    for place, curve in enumerate(curves):
        curve.location.z = 1e-5 * place
        for material in curve.data.materials:
            colour = material.diffuse_color[:]
            material.use_nodes = True
            nodes = material.node_tree.nodes
            nodes.clear()
            emission = nodes.new('ShaderNodeEmission')
            emission.inputs['Color'].default_value = colour
            output = nodes.new('ShaderNodeOutputMaterial')
            material.node_tree.links.new(emission.outputs[0], output.inputs[0])


def look_from_above(curves):
    bpy.context.view_layer.update()
    corners = [curves[0].matrix_world @ point.co for spline in curves[0].data.splines
               for point in spline.bezier_points]
    left, right = min(c.x for c in corners), max(c.x for c in corners)
    low, high = min(c.y for c in corners), max(c.y for c in corners)
    camera = bpy.data.cameras.new('above')
    camera.type = 'ORTHO'
    camera.ortho_scale = max(right - left, high - low)
    camera.clip_start = 1e-4
    seat = bpy.data.objects.new('above', camera)
    seat.location = ((left + right) / 2, (low + high) / 2, 1)
    bpy.context.scene.collection.objects.link(seat)
    return seat


# Which of the colours each pixel is nearest to: one on a border is a mixture.
def nearest(pixels, colours):
    return numpy.abs(pixels[:, :, None, :] - colours).sum(axis=3).argmin(axis=2)


def main(drawing, flat, seen):
    curves = import_curves(drawing)
    stack(curves)
    truth = pixels_of(flat)
    found = look_through(look_from_above(curves), truth, seen, samples=4)
    colours = numpy.unique(truth.reshape(-1, 3), axis=0)
    assert len(colours) <= 5, 'the picture is flat'
    share = (nearest(found, colours) != nearest(truth, colours)).mean()
    print(f'{len(curves)} curves; {100 * share:.2f} % of the pixels differ')
    assert share <= MOST_DIFFERENT


main(*sys.argv[sys.argv.index('--') + 1:])
