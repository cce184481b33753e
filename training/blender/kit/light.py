# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Lamps, which cast the shadows of a scene, and skies, which fill them."""

import math

import bpy
from mathutils import Matrix, Vector

from .nodes import Graph
from .numbers import srgb


def _add_light(kind, location, target, code, **properties):
    data = bpy.data.lights.new(kind.lower(), kind)
    data.color = srgb(code)[:3]
    for key, value in properties.items():
        setattr(data, key, value)
    thing = bpy.data.objects.new(data.name, data)
    thing.location = location
    thing.rotation_euler = (Vector(target) - Vector(location)).to_track_quat('-Z', 'Y').to_euler()
    thing.visible_camera = False
    bpy.context.collection.objects.link(thing)
    return thing


def add_sun(towards, strength=4.0, code='#fff1d8', angle_deg=1.0):
    """`towards` points from the scene to the sun."""
    return _add_light('SUN', Vector(towards).normalized() * 50, (0, 0, 0), code, energy=strength,
                      angle=math.radians(angle_deg))


def add_panel(location, target, watts, size=1.0, code='#ffffff'):
    """A square lamp: the larger, the softer its shadows."""
    return _add_light('AREA', location, target, code, energy=watts, size=size, shape='SQUARE')


def add_spot(location, target, watts, cone_deg=50.0, code='#ffffff', radius=0.1):
    return _add_light('SPOT', location, target, code, energy=watts, spot_blend=0.3,
                      spot_size=math.radians(cone_deg), shadow_soft_size=radius)


def add_bulb(location, watts, code='#ffd9a0', radius=0.08):
    return _add_light('POINT', location, (0, 0, -1), code, energy=watts, shadow_soft_size=radius)


def turn_lamps(degrees, centre):
    """Another light for the same scene: its lamps go round the vertical through `centre`. Bulbs stay,
    for they hang in something."""
    turn = (Matrix.Translation(centre) @ Matrix.Rotation(math.radians(degrees), 4, 'Z')
            @ Matrix.Translation(-Vector(centre)))
    bpy.context.view_layer.update()
    for thing in bpy.context.scene.objects:
        if thing.type == 'LIGHT' and thing.data.type != 'POINT':
            thing.matrix_world = turn @ thing.matrix_world


def add_sky(zenith='#5f8fce', horizon='#dfe8ee', strength=0.6, clouds=0.0):
    """A smooth sky; `clouds` is their share of it. It fills shadows and casts none that matter.

    It is met by chance and not sampled as a light, so that Cycles aims at lamps alone: with a sky
    to choose from as well there would be twice the noise.
    """
    world = bpy.data.worlds.new('sky')
    world.use_nodes = True
    world.cycles.sampling_method = 'NONE'
    sky = Graph(world.node_tree)
    direction = sky.node('ShaderNodeTexCoord').outputs['Generated']
    up = sky.node('ShaderNodeSeparateXYZ', {'Vector': direction}).outputs['Z']
    colour = sky.ramp(up, [(0.0, srgb(horizon)), (0.55, srgb(zenith))])
    if clouds > 0.0:
        puffs = sky.noise(sky.coordinates('Generated', (2.0, 2.0, 6.0)), 1.6, 8, 0.6)
        cover = sky.grey_ramp(puffs, 0.72 - 0.4 * clouds, 0.86 - 0.4 * clouds)
        colour = sky.mix(cover, colour, srgb('#f7f4ee'))
    background = sky.tree.nodes['Background']
    sky.feed(background.inputs['Color'], colour)
    background.inputs['Strength'].default_value = strength
    bpy.context.scene.world = world
