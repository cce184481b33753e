# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Renders by Cycles on the processor: settings, and pictures that appear whole."""

import os
import tempfile

import bpy
import numpy

from .nodes import Graph


def clear_everything():
    bpy.ops.wm.read_factory_settings(use_empty=True)


def set_up(size, samples, threads):
    """Debian's Blender has no denoiser, so what would ask for one is off."""
    scene = bpy.context.scene
    scene.render.engine = 'CYCLES'
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.threads_mode, scene.render.threads = 'FIXED', threads
    scene.render.use_persistent_data = True
    scene.view_settings.view_transform = 'Standard'
    for stamp in ('date', 'time', 'render_time', 'frame', 'scene', 'camera', 'filename'):
        setattr(scene.render, f'use_stamp_{stamp}', False)
    cycles = scene.cycles
    cycles.device = 'CPU'
    cycles.samples = samples
    cycles.use_denoising = False
    cycles.use_adaptive_sampling = False
    cycles.max_bounces = 6
    cycles.diffuse_bounces = 2
    cycles.glossy_bounces = 3
    cycles.transmission_bounces = 6
    cycles.sample_clamp_indirect = 0.6
    cycles.blur_glossy = 1.0
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False


def render_to(path, **image_settings):
    """Renders into a file beside `path` and renames it."""
    scene = bpy.context.scene
    for key, value in image_settings.items():
        setattr(scene.render.image_settings, key, value)
    folder, name = os.path.split(path)
    os.makedirs(folder, exist_ok=True)
    part = os.path.join(folder, '.part-' + name)
    scene.render.filepath = part
    bpy.ops.render.render(write_still=True)
    os.replace(part, path)


def clean_grain(**blur):
    """Takes the last grain out of what will be rendered.

    The picture is divided by the surfaces' own colour first and multiplied by it afterwards, so
    only light is smoothed: grain, weave and print stay as sharp as they were rendered.
    """
    scene = bpy.context.scene
    bpy.context.view_layer.use_pass_diffuse_color = True
    scene.use_nodes = True
    graph = Graph(scene.node_tree)
    graph.tree.nodes.clear()
    layers = graph.node('CompositorNodeRLayers')

    def combine(operation, a, b):
        node = graph.node('CompositorNodeMixRGB', blend_type=operation)
        graph.feed(node.inputs[1], a)
        graph.feed(node.inputs[2], b)
        return node.outputs[0]

    def encode(colour, gamma):
        return graph.node('CompositorNodeGamma', {'Image': colour, 'Gamma': gamma}).outputs[0]

    surface = combine('ADD', layers.outputs['DiffCol'], (0.03, 0.03, 0.03, 1.0))
    light = encode(combine('DIVIDE', layers.outputs['Image'], surface), 1.0 / 2.2)
    smooth = graph.node('CompositorNodeBilateralblur', {'Image': light, 'Determinator': light},
                        **blur)
    graph.node('CompositorNodeComposite', {
        'Image': combine('MULTIPLY', encode(smooth.outputs[0], 2.2), surface)})


def render_picture(path):
    """Renders an sRGB picture without grain."""
    clean_grain(iterations=2, sigma_color=0.08, sigma_space=2.0)
    render_to(path, file_format='PNG', color_mode='RGB', color_depth='8', compression=90)
    bpy.context.scene.use_nodes = False


def render_depth():
    """Distance along the camera's axis at the centres of pixels, as height × width floats.

    Cycles stores the depth of a pixel's first sample, wherever it falls: so one sample is taken,
    through a pixel filter that has no width. Sky is at 1e10.
    """
    scene, cycles = bpy.context.scene, bpy.context.scene.cycles
    before = cycles.samples, cycles.max_bounces, cycles.pixel_filter_type, cycles.filter_width
    cycles.samples, cycles.max_bounces = 1, 0
    cycles.pixel_filter_type, cycles.filter_width = 'BOX', 0.01
    bpy.context.view_layer.use_pass_z = True
    scene.use_nodes = True
    graph = Graph(scene.node_tree)
    graph.tree.nodes.clear()
    layers = graph.node('CompositorNodeRLayers')
    graph.node('CompositorNodeComposite', {'Image': layers.outputs['Depth']})
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'depth.exr')
        render_to(path, file_format='OPEN_EXR', color_mode='RGBA', color_depth='32')
        depth = load_pixels(path)[:, :, 0]
    scene.use_nodes = False
    cycles.samples, cycles.max_bounces, cycles.pixel_filter_type, cycles.filter_width = before
    return depth


def load_pixels(path):
    """A picture's RGBA as it is stored, height × width × 4 floats, top row first."""
    image = bpy.data.images.load(path)
    width, height = image.size
    pixels = numpy.empty(width * height * 4, dtype=numpy.float32)
    image.pixels.foreach_get(pixels)
    bpy.data.images.remove(image)
    return pixels.reshape(height, width, 4)[::-1]
