# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Frames in passes: one multi-layer OpenEXR for each frame and take.

Takes differ in what they render. A folder named after the take holds 0001.exr and so on.
"""

import os

import bpy

from .cycles import render_to
from .nodes import Shader

FRAMES = 90  # of a shot

_PASSES = {
    'full': ('use_pass_combined', 'use_pass_diffuse_color', 'use_pass_diffuse_direct',
             'use_pass_diffuse_indirect', 'use_pass_glossy_color', 'use_pass_glossy_direct',
             'use_pass_shadow'),
    'shape': ('use_pass_z', 'use_pass_normal', 'use_pass_object_index'),
    'gloss': ('use_pass_glossy_color', 'use_pass_glossy_direct'),
    'lit': ('use_pass_diffuse_direct',),
    'unshadowed': ('use_pass_diffuse_direct',),
}


def time_of(frame):
    return (frame - 1) / (FRAMES - 1)


def render_shot(folder, shot, frames):
    """Renders what is missing of every take. A frame appears whole."""
    for take in _PASSES:
        missing = [frame for frame in frames if not os.path.exists(path_of(folder, take, frame))]
        if not missing:
            continue
        restore = _set_up_take(take)
        for frame in missing:
            if shot.go_to(time_of(frame)) is None:
                continue
            render_to(path_of(folder, take, frame), file_format='OPEN_EXR_MULTILAYER',
                      color_depth='32' if take == 'shape' else '16', exr_codec='ZIP')
        restore()


def path_of(folder, take, frame):
    return os.path.join(folder, take, f'{frame:04}.exr')


def _make_override(name, node_kind, **inputs):
    shader = Shader(name)
    surface = shader.node(node_kind, inputs)
    shader.feed(shader.output.inputs['Surface'], surface.outputs[0])
    return shader.material


def _set_up_take(take):
    """Turns the passes of a take on; gives what undoes its other settings."""
    layer, cycles = bpy.context.view_layer, bpy.context.scene.cycles
    wanted = set(_PASSES[take])
    for name in set().union(*_PASSES.values()):
        setattr(layer, name, name in wanted)
    before = []

    def change(owner, **values):
        for name, value in values.items():
            before.append((owner, name, getattr(owner, name)))
            setattr(owner, name, value)

    if take in ('gloss', 'lit', 'unshadowed'):
        sky = bpy.context.scene.world.node_tree.nodes['Background'].inputs['Strength']
        change(sky, default_value=0.0)
        change(cycles, samples=max(cycles.samples // 2, 16))
    if take == 'shape':
        # Neither depth nor index is averaged over a pixel's samples: one, through its centre.
        change(cycles, samples=1, max_bounces=0, pixel_filter_type='BOX', filter_width=0.01)
        change(layer, material_override=_make_override('black', 'ShaderNodeEmission', Strength=0.0))
    elif take == 'gloss':
        # One bounce, for mirror-like surfaces find lamps by bouncing.
        change(cycles, max_bounces=1, diffuse_bounces=0)
    elif take in ('lit', 'unshadowed'):
        # Of clay, so that metal and glass have shadows as well and bumps have none.
        change(cycles, max_bounces=0)
        change(layer, material_override=_make_override('clay', 'ShaderNodeBsdfDiffuse',
                                                       Color=(1.0, 1.0, 1.0, 1.0)))
    if take == 'unshadowed':
        for thing in bpy.context.scene.objects:
            change(thing, visible_shadow=False)

    def restore():
        for owner, name, value in reversed(before):
            setattr(owner, name, value)

    return restore
