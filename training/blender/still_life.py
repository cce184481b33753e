# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Renders the still life of examples/: a toy ship, its exact inverse depth and its matte.

    blender -b --factory-startup -P still_life.py -- OUT_FOLDER [--width PX] [--samples N]

Everything is modelled here; no file is read. One unit is one decimetre. The ship stands in its
own frame: +x to the bow, +y to port, +z up. The room's frame: the camera looks along +y.
"""

import argparse
import math
import os
import struct
import sys
import tempfile
import zlib
from array import array

import bpy
from mathutils import Matrix, Vector, noise

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from kit.cycles import clean_grain, clear_everything
from kit.nodes import Graph, Shader
from kit.numbers import TAU, clamp, lerp, smoothstep, srgb
from kit.shapes import (BACKDROP, GROUND, Stage, add_box, add_tube, aim, make_mesh, place,
                        slack_line)

WALL_Y = 5.6
SHIP = 2  # the object index of what belongs to the subject


# ---------------------------------------------------------------------------------------------
# Materials
# ---------------------------------------------------------------------------------------------


def add_wood_grain(shader, vector, dark, light):
    """Colour and height of planed wood whose fibres run along the vector's first axis."""
    warp = shader.noise(vector, scale=0.6, detail=2)
    rings = shader.node('ShaderNodeTexNoise', {
        'Vector': vector, 'Scale': 1.6, 'Detail': 6, 'Roughness': 0.62, 'Distortion': 0.5})
    fibre = shader.noise(vector, scale=9.0, detail=3)
    mixed = shader.math('ADD', shader.math('MULTIPLY', rings.outputs['Fac'], 0.7),
                        shader.math('MULTIPLY', fibre, 0.3))
    mixed = shader.math('ADD', mixed, shader.math('MULTIPLY', shader.math('SUBTRACT', warp, 0.5),
                                                  0.3))
    return shader.ramp(mixed, [(0.34, srgb(dark)), (0.66, srgb(light))]), fibre


def make_wood(name, dark, light, grain=(0.6, 7.0, 7.0), roughness=0.42, coat=0.15,
              specular=0.4):
    shader = Shader(name)
    colour, fibre = add_wood_grain(shader, shader.coordinates('Object', grain), dark, light)
    shader.set(base_color=colour, roughness=roughness, specular=specular, clearcoat=coat,
               clearcoat_roughness=0.25)
    shader.bump(fibre, strength=0.25, distance=0.01)
    return shader.material


def make_planks(name, bands, planks_per_unit, plank_length, grain):
    """Planking in UV space: u along the plank in decimetres, v across; `bands` colour v."""
    shader = Shader(name)
    uv = shader.node('ShaderNodeUVMap').outputs['UV']
    parts = shader.node('ShaderNodeSeparateXYZ', {'Vector': uv})
    u, v = parts.outputs['X'], parts.outputs['Y']
    row = shader.math('MULTIPLY', v, planks_per_unit)
    row_index = shader.math('FLOOR', row)
    shifted = shader.math('ADD', shader.math('DIVIDE', u, plank_length),
                          shader.math('MULTIPLY', row_index, 0.37))
    plank = shader.node('ShaderNodeCombineXYZ', {'X': shader.math('FLOOR', shifted),
                                                 'Y': row_index})
    tone = shader.node('ShaderNodeTexWhiteNoise', {'Vector': plank.outputs[0]}).outputs['Value']

    def groove(position, width):
        edge = shader.math('ABSOLUTE', shader.math('SUBTRACT', shader.math('FRACT', position), 0.5))
        return shader.grey_ramp(shader.math('SUBTRACT', 0.5, edge), 0.0, width)

    flat = shader.math('MINIMUM', groove(row, 0.09), groove(shifted, 0.015))
    vector = shader.node('ShaderNodeVectorMath', operation='MULTIPLY')
    shader.feed(vector.inputs[0], uv)
    vector.inputs[1].default_value = (*grain, 1.0)
    offset = shader.node('ShaderNodeVectorMath', {0: vector.outputs[0]}, operation='ADD')
    shader.feed(offset.inputs[1], shader.node(
        'ShaderNodeTexWhiteNoise', {'Vector': plank.outputs[0]}).outputs['Color'])
    wood, fibre = add_wood_grain(shader, offset.outputs[0], '#8a8a8a', '#f2f2f2')
    base = shader.ramp(v, [(at, srgb(code)) for at, code in bands], 'CONSTANT')
    colour = shader.mix(1.0, base, wood, 'MULTIPLY')
    colour = shader.mix(shader.math('MULTIPLY', tone, 0.38), colour, srgb('#2a1509'))
    seam = shader.math('SUBTRACT', 1.0, flat)
    colour = shader.mix(shader.math('MULTIPLY', seam, 0.75), colour, srgb('#1a0d06'))
    worn = shader.noise(shader.coordinates('Object', (3, 3, 3)), 2.0, 6)
    shader.set(base_color=colour, clearcoat=0.12, clearcoat_roughness=0.3,
               roughness=shader.math('ADD', 0.3, shader.math('MULTIPLY', worn, 0.25)))
    height = shader.math('ADD', flat, shader.math('MULTIPLY', fibre, 0.15))
    shader.bump(height, strength=0.8, distance=0.012)
    return shader.material


def make_brass(name='brass', colour='#c9983f', roughness=0.24):
    shader = Shader(name)
    vector = shader.coordinates('Object')
    tarnish = shader.noise(vector, 3.5, 6, 0.65)
    shade = shader.mix(shader.grey_ramp(tarnish, 0.45, 0.75), srgb(colour), srgb('#7a5320'))
    shader.set(base_color=shade, metallic=1.0,
               roughness=shader.math('ADD', roughness, shader.math('MULTIPLY', tarnish, 0.16)))
    return shader.material


def make_plain(name, code, roughness=0.6, metallic=0.0, mottling=0.25, bump=0.0, coat=0.0):
    shader = Shader(name)
    cloud = shader.noise(shader.coordinates('Object'), 5.0, 6, 0.65)
    dark = tuple(c * (1.0 - mottling) for c in srgb(code)[:3]) + (1.0,)
    shader.set(base_color=shader.mix(cloud, srgb(code), dark), roughness=roughness,
               metallic=metallic, clearcoat=coat)
    if bump > 0.0:
        fine = shader.noise(shader.coordinates('Object'), 60.0, 3)
        shader.bump(fine, strength=bump, distance=0.01)
    return shader.material


def make_rope(name, dark, light):
    shader = Shader(name)
    twist = shader.node('ShaderNodeTexWave', {
        'Vector': shader.coordinates('Generated', (1, 1, 1)), 'Scale': 30.0, 'Distortion': 0.5})
    cloud = shader.noise(shader.coordinates('Object'), 40.0, 2)
    shader.set(base_color=shader.mix(cloud, srgb(dark), srgb(light)), roughness=0.9, specular=0.0)
    shader.bump(twist.outputs['Fac'], strength=0.4, distance=0.01)
    return shader.material


def make_canvas(name, image=None, tint='#efe3c8', cloths=7):
    """Sailcloth: sewn from upright cloths, woven, and letting a part of the light through."""
    shader = Shader(name)
    uv = shader.node('ShaderNodeUVMap').outputs['UV']
    parts = shader.node('ShaderNodeSeparateXYZ', {'Vector': uv})
    across = shader.math('FRACT', shader.math('MULTIPLY', parts.outputs['X'], cloths))
    edge = shader.math('ABSOLUTE', shader.math('SUBTRACT', across, 0.5))
    seam = shader.grey_ramp(edge, 0.455, 0.49)
    cloud = shader.noise(shader.coordinates('Object'), 1.3, 6, 0.6)
    weave = shader.noise(shader.coordinates('UV', (160, 160, 1)), 1.0, 2)
    colour = shader.mix(shader.grey_ramp(cloud, 0.35, 0.75), srgb(tint), srgb('#d3bd93'))
    colour = shader.mix(shader.math('MULTIPLY', weave, 0.25), colour, srgb('#c7b088'))
    if image is not None:
        centred = shader.node('ShaderNodeMapping', {'Vector': uv})
        centred.inputs['Location'].default_value = (-1.0, -0.05, 0.0)
        centred.inputs['Scale'].default_value = (2.50, 1.10, 1.0)
        picture = shader.node('ShaderNodeTexImage', {'Vector': centred.outputs[0]}, image=image,
                              extension='CLIP')
        worn = shader.math('MULTIPLY', picture.outputs['Alpha'],
                           shader.math('SUBTRACT', 1.0, shader.math('MULTIPLY', weave, 0.30)))
        colour = shader.mix(worn, colour, picture.outputs['Color'])
    colour = shader.mix(shader.math('MULTIPLY', seam, 0.45), colour, srgb('#a98f63'))
    shader.set(base_color=colour, roughness=0.85, specular=0.0)
    height = shader.math('ADD', shader.math('MULTIPLY', seam, 1.0),
                         shader.math('MULTIPLY', weave, 0.35))
    normal = shader.bump(height, strength=0.5, distance=0.012)
    through = shader.node('ShaderNodeBsdfTranslucent', {'Color': colour, 'Normal': normal})
    blend = shader.node('ShaderNodeMixShader', {'Fac': 0.32})
    shader.feed(blend.inputs[1], shader.surface.outputs[0])
    shader.feed(blend.inputs[2], through.outputs[0])
    shader.feed(shader.output.inputs['Surface'], blend.outputs[0])
    return shader.material


def make_linen(name, code):
    shader = Shader(name)
    vector = shader.coordinates('UV', (1, 1, 1))
    warp = shader.node('ShaderNodeTexWave', {'Vector': vector, 'Scale': 17.0, 'Distortion': 1.2,
                                             'Detail': 2.0, 'Detail Scale': 3.0},
                       bands_direction='X').outputs['Fac']
    weft = shader.node('ShaderNodeTexWave', {'Vector': vector, 'Scale': 17.0, 'Distortion': 1.2,
                                             'Detail': 2.0, 'Detail Scale': 3.0},
                       bands_direction='Y').outputs['Fac']
    threads = shader.math('MULTIPLY', shader.math('ADD', warp, weft), 0.5)
    slub = shader.noise(shader.coordinates('UV', (1.0, 30.0, 1)), 1.5, 3)
    cloud = shader.noise(vector, 0.8, 5)
    dark = tuple(c * 0.55 for c in srgb(code)[:3]) + (1.0,)
    light = tuple(min(1.0, c * 1.45 + 0.01) for c in srgb(code)[:3]) + (1.0,)
    colour = shader.mix(threads, dark, light)
    colour = shader.mix(shader.math('MULTIPLY', slub, 0.5), colour, srgb(code))
    colour = shader.mix(shader.math('MULTIPLY', cloud, 0.3), colour, dark)
    shader.set(base_color=colour, roughness=0.9, specular=0.0, sheen=0.4)
    shader.bump(threads, strength=0.6, distance=0.012)
    return shader.material


def make_page_block():
    shader = Shader('pages')
    leaves = shader.noise(shader.coordinates('Object', (0.4, 0.4, 60.0)), 1.0, 3)
    shader.set(base_color=shader.ramp(leaves, [(0.3, srgb('#9c8456')), (0.7, srgb('#e2d2a9'))]),
               roughness=0.85)
    shader.bump(leaves, strength=0.5, distance=0.01)
    return shader.material


def make_image_material(name, image, roughness=0.5, coat=0.3):
    shader = Shader(name)
    uv = shader.node('ShaderNodeUVMap').outputs['UV']
    picture = shader.node('ShaderNodeTexImage', {'Vector': uv}, image=image)
    cloud = shader.noise(shader.coordinates('Object'), 3.0, 6)
    colour = shader.mix(shader.math('MULTIPLY', cloud, 0.35), picture.outputs['Color'],
                        srgb('#8a6a3a'))
    shader.set(base_color=colour, roughness=roughness, clearcoat=coat)
    return shader.material


# ---------------------------------------------------------------------------------------------
# Painted pictures
# ---------------------------------------------------------------------------------------------


def paint_image(name, width, height, colour_at):
    """A picture from colour_at(x, y) in 0…1, y upward, as sRGB-encoded RGBA."""
    pixels = array('f')
    for row in range(height):
        for column in range(width):
            pixels.extend(colour_at((column + 0.5) / width, (row + 0.5) / height))
    image = bpy.data.images.new(name, width, height, alpha=True)
    image.alpha_mode = 'CHANNEL_PACKED'
    image.pixels.foreach_set(pixels)
    image.pack()
    return image


def colour_of_compass_rose(x, y):
    """The emblem of the foresail: a compass rose in madder red and indigo."""
    red, blue = (0.60, 0.07, 0.04), (0.05, 0.15, 0.26)
    dx, dy = x - 0.5, y - 0.5
    radius, angle = math.hypot(dx, dy) * 2.0, math.atan2(dx, dy)

    def ray(points, turn, tip, waist):
        step = TAU / points
        local = (angle - turn + 0.5 * step) % step - 0.5 * step
        along, aside = radius * math.cos(local), radius * abs(math.sin(local))
        if along > tip:
            return 0.0, local
        limit = waist * (1.0 - along / tip) if along > waist else along
        return smoothstep(0.006, -0.006, aside - limit), local

    colour, alpha = red, 0.0
    for centre, half in ((0.74, 0.02), (0.66, 0.008), (0.235, 0.012)):
        alpha = max(alpha, smoothstep(half + 0.006, half - 0.006, abs(radius - centre)))
    ticks = ((angle / TAU * 64.0) % 1.0)
    if 0.665 < radius < 0.735 and abs(ticks - 0.5) < 0.13:
        alpha = 1.0
    for points, turn, tip, waist, dark in ((8, TAU / 16, 0.52, 0.07, blue),
                                           (4, TAU / 8, 0.72, 0.12, blue),
                                           (4, 0.0, 0.97, 0.16, red)):
        coverage, local = ray(points, turn, tip, waist)
        if coverage > 0.0:
            shade = smoothstep(-0.02, 0.02, local)
            pale = (0.90, 0.83, 0.68)
            ray_colour = tuple(lerp(d, p, shade * 0.85) for d, p in zip(dark, pale))
            colour = tuple(lerp(c, r, coverage) for c, r in zip(colour, ray_colour))
            alpha = max(alpha, coverage)
    if radius < 0.07:
        colour, alpha = (0.80, 0.60, 0.22), 1.0
    return (*colour, alpha)


def colour_of_globe(x, y):
    """An old globe of a world that is not ours."""
    longitude, latitude = x * TAU, (y - 0.5) * math.pi
    position = Vector((math.cos(latitude) * math.cos(longitude),
                       math.cos(latitude) * math.sin(longitude), math.sin(latitude)))
    land = noise.fractal(position * 1.35 + Vector((4.1, 0.3, 2.2)), 0.9, 2.1, 7)
    hue = noise.fractal(position * 2.5 + Vector((9.0, 3.0, 1.0)), 1.0, 2.0, 4)
    coast = smoothstep(0.05, 0.0, abs(land - 0.08))
    if land > 0.08:
        colour = [lerp(a, b, clamp(0.5 + hue)) for a, b in zip((0.80, 0.64, 0.36),
                                                                 (0.62, 0.50, 0.27))]
    else:
        colour = [lerp(a, b, clamp(0.5 + hue)) for a, b in zip((0.47, 0.60, 0.56),
                                                                 (0.60, 0.68, 0.58))]
    colour = [lerp(c, d, coast * 0.65) for c, d in zip(colour, (0.25, 0.19, 0.10))]
    grid = min(abs((x * 24.0) % 1.0 - 0.5) * max(math.cos(latitude), 0.1),
               abs((y * 12.0) % 1.0 - 0.5))
    if grid < 0.02:
        colour = [c * 0.72 for c in colour]
    return (*colour, 1.0)


# ---------------------------------------------------------------------------------------------
# Shapes
# ---------------------------------------------------------------------------------------------


def make_grid(name, columns, rows, point_at, uv_at=None):
    """A sheet of columns × rows cells through point_at(s, t), s and t in 0…1."""
    vertices, uvs, faces = [], [], []
    for j in range(rows + 1):
        for i in range(columns + 1):
            s, t = i / columns, j / rows
            vertices.append(point_at(s, t))
            uvs.append(uv_at(s, t) if uv_at else (s, t))
    stride = columns + 1
    for j in range(rows):
        for i in range(columns):
            a = j * stride + i
            faces.append((a, a + 1, a + 1 + stride, a + stride))
    return make_mesh(name, vertices, faces, uvs)


def add_lathe(stage, name, profile, material, matrix=None, segments=40, crease_deg=35):
    """A turned piece: profile is a list of (radius, height) from bottom to top."""
    vertices, faces, uvs = [], [], []
    for k, (radius, height) in enumerate(profile):
        for i in range(segments + 1):
            angle = TAU * i / segments
            vertices.append((radius * math.cos(angle), radius * math.sin(angle), height))
            uvs.append((i / segments, k / (len(profile) - 1)))
    stride = segments + 1
    for k in range(len(profile) - 1):
        for i in range(segments):
            a = k * stride + i
            faces.append((a, a + 1, a + 1 + stride, a + stride))
    mesh = make_mesh(name, vertices, faces, uvs)
    mesh.use_auto_smooth = True
    mesh.auto_smooth_angle = math.radians(crease_deg)
    return stage.add(name, mesh, material, matrix)


# ---------------------------------------------------------------------------------------------
# The ship
# ---------------------------------------------------------------------------------------------


class Hull:
    """The hull's surface: u from stern to bow, v from keel (0) to rail (1) and above."""

    half_length = 2.75
    deck_v = 0.86
    quarterdeck_u = 0.27
    quarterdeck_v = 1.34
    forecastle_u = 0.81
    forecastle_v = 1.20

    def rail_z(self, u):
        return 1.32 + 0.62 * clamp((0.5 - u) / 0.5) ** 2 + 0.50 * clamp((u - 0.5) / 0.5) ** 2

    def keel_z(self, u):
        return 0.55 * clamp((u - 0.78) / 0.22) ** 2.2 + 0.30 * clamp((0.16 - u) / 0.16) ** 2

    def half_beam(self, u):
        if u > 0.45:
            return 0.98 * max(0.0, 1.0 - ((u - 0.45) / 0.55) ** 2.7)
        return 0.98 - 0.30 * ((0.45 - u) / 0.45) ** 2

    def half_width(self, u, v):
        fullness = lerp(0.62, 1.05, smoothstep(0.55, 1.0, u)) + 0.35 * smoothstep(0.25, 0.0, u)
        section = math.sin(0.5 * math.pi * min(v, 1.0) ** fullness)
        tumblehome = 1.0 - 0.10 * max(0.0, v - 0.55) ** 1.5 / 0.3
        return self.half_beam(u) * section * tumblehome

    def point(self, u, v, side=1.0):
        x = self.half_length * (2.0 * u - 1.0)
        x += 0.55 * (v - 0.5) * smoothstep(0.72, 1.0, u) - 0.34 * v * smoothstep(0.16, 0.0, u)
        z = lerp(self.keel_z(u), self.rail_z(u), v)
        return Vector((x, side * self.half_width(u, v), z))

    def outward(self, u, v, side=1.0):
        e = 1e-3
        along = self.point(min(u + e, 1), v, side) - self.point(max(u - e, 0), v, side)
        up = self.point(u, v + e, side) - self.point(u, max(v - e, 0), side)
        normal = along.cross(up) * -side
        return normal.normalized() if normal.length > 0 else Vector((1, 0, 0))

    def line(self, v, u0=0.0, u1=1.0, side=1.0, lift=0.0, steps=70):
        points = []
        for k in range(steps + 1):
            u = lerp(u0, u1, k / steps)
            points.append(self.point(u, v, side) + self.outward(min(u, 0.995), v, side) * lift)
        return points


def add_hull(stage, hull, paint):
    length = 2.0 * hull.half_length

    def add_skin(name, u0, u1, v0, v1, columns, rows):
        for side in (-1.0, 1.0):
            mesh = make_grid(
                name, columns, rows,
                lambda s, t: hull.point(lerp(u0, u1, s), lerp(v0, v1, t), side),
                lambda s, t: (lerp(u0, u1, s) * length, lerp(v0, v1, t)))
            thing = stage.add(name, mesh, paint['planks'])
            shell = thing.modifiers.new('shell', 'SOLIDIFY')
            shell.thickness, shell.offset = 0.05, 1.0 if side < 0 else -1.0

    add_skin('hull', 0.0, 1.0, 0.0, 1.0, 180, 48)
    add_skin('quarter', 0.0, hull.quarterdeck_u, 1.0, hull.quarterdeck_v + 0.12, 50, 12)
    add_skin('forecastle', hull.forecastle_u, 1.0, 1.0, hull.forecastle_v + 0.08, 40, 8)

    def add_floor(name, u0, u1, v):
        mesh = make_grid(name, 60, 12,
                         lambda s, t: (hull.point(lerp(u0, u1, s), v, lerp(-1, 1, t))
                                       + Vector((0, 0, 0.03 * (1 - (2 * t - 1) ** 2)))),
                         lambda s, t: (lerp(u0, u1, s) * length, t * 0.99))
        stage.add(name, mesh, paint['deck'])

    add_floor('deck', 0.02, 0.99, hull.deck_v)
    add_floor('quarterdeck', 0.0, hull.quarterdeck_u, hull.quarterdeck_v)
    add_floor('foredeck', hull.forecastle_u, 0.995, hull.forecastle_v)

    def add_wall(name, u, v0, v1):
        mesh = make_grid(name, 24, 8,
                         lambda s, t: hull.point(u, lerp(v0, v1, t), lerp(-1, 1, s)),
                         lambda s, t: (lerp(v0, v1, t), s * 0.99))
        stage.add(name, mesh, paint['deck'])

    add_wall('transom', 0.0, 0.0, hull.quarterdeck_v + 0.1)
    add_wall('quarter_bulkhead', hull.quarterdeck_u, hull.deck_v, hull.quarterdeck_v)
    add_wall('forecastle_bulkhead', hull.forecastle_u, hull.deck_v, hull.forecastle_v)

    for side in (-1.0, 1.0):
        for v, u0, u1, radius, coat, lift in (
                (0.60, 0.0, 0.997, 0.042, 'walnut', 0.01),
                (0.80, 0.0, 0.997, 0.036, 'walnut', 0.01),
                (0.925, 0.0, 0.997, 0.016, 'brass', 0.012),
                (1.0, hull.quarterdeck_u - 0.02, 1.0, 0.05, 'walnut', 0.0),
                (1.16, 0.0, hull.quarterdeck_u, 0.016, 'brass', 0.012),
                (hull.quarterdeck_v + 0.12, 0.0, hull.quarterdeck_u + 0.005, 0.05, 'walnut', 0.0),
                (hull.forecastle_v + 0.08, hull.forecastle_u - 0.01, 1.0, 0.05, 'walnut', 0.0)):
            add_tube(stage, 'rail', hull.line(v, u0, u1, side, lift), radius, paint[coat])
    stem = [hull.point(1.0, v / 20 * (hull.forecastle_v + 0.12)) for v in range(21)]
    keel = [hull.point(u / 40, 0.0) + Vector((0, 0, -0.02)) for u in range(41)]
    add_tube(stage, 'keel', keel + stem, 0.06, paint['walnut'])
    sternpost = [hull.point(0.0, v / 12 * 0.8) + Vector((-0.04, 0, 0)) for v in range(13)]
    add_tube(stage, 'sternpost', sternpost, 0.06, paint['walnut'])
    rudder = hull.point(0.0, 0.3)
    add_box(stage, 'rudder', (0.34, 0.06, 0.95), paint['walnut'],
            place(rudder.x - 0.25, 0, rudder.z + 0.05, tilt_deg=-14))


def add_rail_posts(stage, hull, paint):
    profile = [(0.0, 0.0), (0.030, 0.0), (0.030, 0.02), (0.015, 0.04), (0.028, 0.09),
               (0.014, 0.15), (0.022, 0.17), (0.0, 0.18)]
    spans = ((0.03, hull.quarterdeck_u, hull.quarterdeck_v + 0.12, 13),
             (hull.forecastle_u + 0.01, 0.975, hull.forecastle_v + 0.08, 9))
    for u0, u1, v, count in spans:
        for side in (-1.0, 1.0):
            top = []
            for k in range(count):
                base = hull.point(lerp(u0, u1, k / (count - 1)), v, side)
                base.y -= side * 0.01
                add_lathe(stage, 'baluster', profile, paint['brass'],
                          Matrix.Translation(base + Vector((0, 0, 0.03))), 12)
                top.append(base + Vector((0, 0, 0.22)))
            add_tube(stage, 'handrail', top, 0.026, paint['walnut'])


def add_guns(stage, hull, paint):
    barrel = [(0.0, -0.2), (0.062, -0.2), (0.062, 0.06), (0.074, 0.07), (0.074, 0.10),
              (0.054, 0.12), (0.048, 0.30), (0.064, 0.33), (0.064, 0.37), (0.046, 0.38),
              (0.034, 0.38), (0.034, 0.2)]
    for side in (-1.0, 1.0):
        for k in range(6):
            u, v = 0.30 + 0.088 * k, 0.70
            centre, out = hull.point(u, v, side), hull.outward(u, v, side)
            out.z = 0.0
            out.normalize()
            frame = aim(centre, out)
            add_box(stage, 'port', (0.25, 0.25, 0.10), paint['black'], frame, 0.01)
            add_box(stage, 'port_frame', (0.31, 0.31, 0.05), paint['walnut'], frame, 0.015)
            add_lathe(stage, 'gun', barrel, paint['brass'], aim(centre, out), 24)
            lid = aim(centre + Vector((0, 0, 0.19)) + out * 0.10, out + Vector((0, 0, 2.4)))
            add_box(stage, 'port_lid', (0.25, 0.25, 0.03), paint['red'], lid, 0.01)


def add_cabin_windows(stage, hull, paint):
    for side in (-1.0, 1.0):
        for k in range(3):
            u, v = 0.065 + 0.07 * k, 1.25
            centre, out = hull.point(u, v, side), hull.outward(u, v, side)
            frame = aim(centre, out)
            add_box(stage, 'window_frame', (0.25, 0.25, 0.06), paint['brass'], frame, 0.012)
            add_box(stage, 'window', (0.19, 0.19, 0.072), paint['pane'], frame, 0.004)
            for size in ((0.19, 0.016, 0.085), (0.016, 0.19, 0.085)):
                add_box(stage, 'mullion', size, paint['brass'], frame, 0.003)


def add_mast(stage, paint, x, deck_z, top_z, radius, platform_z):
    steps = 24
    points = [(x, 0, lerp(deck_z, top_z, k / steps)) for k in range(steps + 1)]
    radii = [lerp(1.0, 0.42, (k / steps) ** 1.4) for k in range(steps + 1)]
    add_tube(stage, 'mast', points, radius, paint['spar'], radii, sides=6)
    truck = [(0.0, 0.0), (0.035, 0.01), (0.05, 0.04), (0.035, 0.075), (0.0, 0.085)]
    add_lathe(stage, 'truck', truck, paint['brass'], place(x, 0, top_z), 20)
    top = [(0.0, -0.16), (radius * 1.2, -0.16), (0.20, -0.03), (0.26, -0.02), (0.26, 0.02),
           (0.0, 0.02)]
    add_lathe(stage, 'top', top, paint['walnut'], place(x, 0, platform_z), 32)
    for k in range(10):
        angle = TAU * k / 10
        foot = Vector((x + 0.235 * math.cos(angle), 0.235 * math.sin(angle), platform_z))
        add_tube(stage, 'top_post', [foot, foot + Vector((0, 0, 0.15))], 0.013, paint['brass'])
    ring = [(x + 0.235 * math.cos(TAU * k / 32), 0.235 * math.sin(TAU * k / 32),
             platform_z + 0.15) for k in range(32)]
    add_tube(stage, 'top_rail', ring, 0.016, paint['brass'], closed=True)
    for height in (0.12, 0.3, 0.48):
        z = lerp(deck_z, platform_z, height)
        band = [(radius * 0.98, -0.03), (radius * 1.10, -0.03), (radius * 1.10, 0.03),
                (radius * 0.98, 0.03)]
        add_lathe(stage, 'mast_band', band, paint['brass'], place(x, 0, z), 24)


def add_square_sail(stage, paint, canvas, mast_x, z_head, z_foot, half_head, half_foot, belly,
                    brace_deg, mast_radius, mast_top_z):
    """A sail on its yard. It hangs before the mast and is braced about it."""
    turned = stage.inner('yard_frame', place(mast_x, 0, 0, brace_deg))
    front = mast_radius + 0.06
    steps = 20
    ends = half_head * 1.13
    yard = [(front, lerp(-ends, ends, k / steps), z_head + 0.045) for k in range(steps + 1)]
    radii = [1.0 - 0.55 * abs(2.0 * k / steps - 1.0) ** 1.8 for k in range(steps + 1)]
    add_tube(turned, 'yard', yard, 0.052, paint['spar'], radii, sides=5)

    def sail_point(s, t):
        half = lerp(half_head, half_foot, t ** 0.9)
        side = 2.0 * s - 1.0
        hollow = 1.0 - 0.06 * math.sin(math.pi * t)
        roach = 0.14 * (1.0 - side * side) * smoothstep(0.3, 1.0, t) * (z_head - z_foot)
        billow = (max(0.0, 1.0 - side * side) ** 0.62) * math.sin(math.pi * t ** 0.8 * 0.86)
        pucker = 0.012 * math.cos(side * 40.0) * (1.0 - t) ** 3
        crease = 0.02 * math.sin(9.0 * t + 3.0 * side) * abs(side) ** 2
        return Vector((front + 0.05 + belly * billow + pucker + crease + 0.10 * t * (1 - t),
                       half * side * hollow, lerp(z_head, z_foot, t) + roach))

    mesh = make_grid('sail', 72, 60, sail_point, lambda s, t: (s, 1.0 - t))
    turned.add('sail', mesh, canvas)
    border = ([sail_point(0, k / 40) for k in range(41)]
              + [sail_point(k / 40, 1) for k in range(1, 41)]
              + [sail_point(1, 1 - k / 40) for k in range(1, 41)])
    add_tube(turned, 'bolt_rope', border, 0.014, paint['rope'])
    for k in range(15):
        head = sail_point(k / 14, 0.0) + Vector((-0.03, 0, 0.03))
        ring = [head + Vector((0.062 * math.cos(a), 0, 0.062 * math.sin(a)))
                for a in (TAU * i / 12 for i in range(12))]
        add_tube(turned, 'lashing', ring, 0.010, paint['rope'], closed=True, sides=2)
    for k in range(9):
        top = sail_point((k + 0.5) / 9, 0.28)
        low = sail_point((k + 0.5) / 9, 0.40)
        add_tube(turned, 'reef_point', [top + Vector((0.012, 0, 0)), low + Vector((0.03, 0, 0))],
                 0.008, paint['rope'], sides=2)
    for side in (0.0, 1.0):
        corner = sail_point(side, 1.0)
        sign = 2.0 * side - 1.0
        add_tube(turned, 'sheet', slack_line(corner, corner + Vector((-0.30, 0.10 * sign, -0.34)),
                                             0.02), 0.010, paint['rope'], sides=2)
        mast_point = (0, 0, min(z_head + 0.62, mast_top_z - 0.04))
        add_tube(turned, 'lift', slack_line((front, sign * ends * 0.97, z_head + 0.05),
                                            mast_point, 0.02), 0.010, paint['rope'], sides=2)


def add_fore_and_aft_sail(stage, paint, canvas, corners, belly):
    """A sail with three or four corners, sewn as a grid between its edges."""
    a, b, c, d = (Vector(p) for p in corners)

    def sail_point(s, t):
        flat = a.lerp(b, s).lerp(d.lerp(c, s), t)
        hollow = math.sin(math.pi * s) * math.sin(math.pi * clamp(t * 0.92 + 0.04))
        return flat + Vector((0.0, belly * hollow, -0.06 * math.sin(math.pi * s) * t))

    stage.add('jib', make_grid('jib', 40, 40, sail_point, lambda s, t: (t, s)), canvas)
    border = ([sail_point(k / 30, 0) for k in range(31)]
              + [sail_point(1, k / 30) for k in range(1, 31)]
              + [sail_point(1 - k / 30, 1) for k in range(1, 31)]
              + [sail_point(0, 1 - k / 30) for k in range(1, 30)])
    add_tube(stage, 'bolt_rope', border, 0.013, paint['rope'], closed=True)


def add_shrouds(stage, hull, paint, mast_x, top_z, top_half, count=5):
    """The ladders of rope from the hull's side to the masthead."""
    for side in (-1.0, 1.0):
        feet, heads = [], []
        for k in range(count):
            x = mast_x - 0.34 + 0.17 * k - 0.12
            u = 0.5 * (x / hull.half_length + 1.0)
            foot = hull.point(u, 0.98, side)
            foot.y += side * 0.10
            feet.append(foot)
            heads.append(Vector((mast_x - 0.04 + 0.02 * k, side * top_half, top_z)))
            add_tube(stage, 'shroud', [foot, heads[-1]], 0.014, paint['tarred'])
            eye = [(0.0, -0.02), (0.045, -0.015), (0.045, 0.015), (0.0, 0.02)]
            add_lathe(stage, 'deadeye', eye, paint['walnut'],
                      aim(foot.lerp(heads[-1], 0.035), (0, side, 0.2)), 16)
        mid = feet[count // 2]
        add_box(stage, 'channel', (0.17 * count + 0.1, 0.16, 0.04), paint['walnut'],
                place(mid.x, mid.y - side * 0.04, mid.z - 0.02), 0.01)
        rungs = int((top_z - mid.z) / 0.135)
        for r in range(2, rungs):
            t = r / rungs
            line = [f.lerp(h, t) for f, h in zip(feet, heads)]
            add_tube(stage, 'ratline', line, 0.008, paint['tarred'], sides=2)


def add_pennant(stage, material, x, z, length, height):
    def point(s, t):
        wave = 0.10 * math.sin(TAU * (1.25 * s) + 0.4) * (0.25 + s)
        droop = -0.18 * s * s + 0.04 * math.sin(TAU * 1.1 * s)
        taper = height * (1.0 - 0.72 * s)
        notch = 0.16 * (1.0 - abs(2.0 * t - 1.0)) * smoothstep(0.75, 1.0, s)
        return Vector((x + 0.03 + (s - notch) * length, wave, z + droop + (t - 0.5) * taper))

    thing = stage.add('pennant', make_grid('pennant', 50, 8, point), material)
    thing.modifiers.new('cloth', 'SOLIDIFY').thickness = 0.008


def add_deck_fittings(stage, hull, paint):
    deck_z = hull.point(0.5, hull.deck_v, 0).z
    for x in (0.35, 0.95):
        add_box(stage, 'hatch', (0.36, 0.5, 0.10), paint['walnut'], place(x, 0, deck_z + 0.06),
                0.02)
        for k in range(4):
            add_box(stage, 'grating', (0.30, 0.03, 0.03), paint['spar'],
                    place(x, -0.15 + 0.1 * k, deck_z + 0.12), 0.006)
    quarter_z = hull.point(0.16, hull.quarterdeck_v, 0).z
    wheel_centre = Vector((-2.0, 0, quarter_z + 0.26))
    rim = [wheel_centre + Vector((0, 0.17 * math.cos(a), 0.17 * math.sin(a)))
           for a in (TAU * k / 28 for k in range(28))]
    add_tube(stage, 'wheel', rim, 0.02, paint['walnut'], closed=True)
    for k in range(8):
        arm = Vector((0, 0.24 * math.cos(TAU * k / 8), 0.24 * math.sin(TAU * k / 8)))
        add_tube(stage, 'spoke', [wheel_centre, wheel_centre + arm], 0.012, paint['walnut'])
    add_box(stage, 'wheel_post', (0.08, 0.08, 0.28), paint['walnut'],
            place(-2.08, 0, quarter_z + 0.14), 0.01)

    lantern = [(0.0, 0.0), (0.05, 0.0), (0.03, 0.05), (0.09, 0.08), (0.09, 0.10), (0.075, 0.11),
               (0.095, 0.28), (0.115, 0.29), (0.115, 0.31), (0.05, 0.39), (0.02, 0.40),
               (0.03, 0.44), (0.0, 0.47)]
    stern = hull.point(0.0, hull.quarterdeck_v + 0.1, 0)
    for side in (-0.45, 0.0, 0.45):
        foot = Vector((stern.x - 0.02, side, stern.z + 0.20 + (0.12 if side == 0 else 0)))
        add_lathe(stage, 'lantern', lantern, paint['brass'], Matrix.Translation(foot), 8)
        add_tube(stage, 'lantern_post', [(foot.x, side, stern.z - 0.15), foot], 0.026,
                 paint['brass'])

    for side in (-1.0, 1.0):
        cathead = hull.point(0.90, 1.02, side)
        tip = cathead + Vector((0.06, side * 0.34, 0.04))
        add_tube(stage, 'cathead', [cathead - Vector((0, side * 0.2, 0)), tip], 0.045,
                 paint['walnut'])
        crown = tip + Vector((0.02, 0.02 * side, -0.78))
        add_tube(stage, 'anchor_cable', [tip, tip + Vector((0.01, 0, -0.2))], 0.014, paint['rope'])
        add_tube(stage, 'anchor_shank', [tip + Vector((0.01, 0, -0.18)), crown], 0.026,
                 paint['iron'])
        arc = [crown + Vector((0.26 * math.sin(a), 0, 0.26 * (1 - math.cos(a))))
               for a in (lerp(-1.15, 1.15, k / 16) for k in range(17))]
        add_tube(stage, 'anchor_arms', arc, 0.026, paint['iron'],
                 [0.5 + 0.6 * math.sin(math.pi * k / 16) for k in range(17)])
        stock = tip + Vector((0.01, 0, -0.26))
        add_tube(stage, 'anchor_stock', [stock - Vector((0, 0.2, 0)), stock + Vector((0, 0.2, 0))],
                 0.028, paint['walnut'])

    prow = hull.point(1.0, 0.98, 0)
    scroll = []
    for k in range(60):
        t = k / 59
        radius, angle = 0.17 * (1.0 - 0.80 * t), -1.2 + TAU * 1.35 * t
        scroll.append(prow + Vector((0.25 + radius * math.cos(angle), 0,
                                     -0.05 + radius * math.sin(angle))))
    start = [hull.point(1.0, 0.55, 0) + Vector((0.03, 0, 0)), prow + Vector((0.12, 0, -0.26))]
    add_tube(stage, 'figurehead', start + scroll, 0.048, paint['brass'],
             [0.6, 0.9] + [1.0 - 0.35 * k / 59 for k in range(60)])


def add_stand(stage, hull, paint):
    add_box(stage, 'stand', (3.6, 1.15, 0.20), paint['stand'], place(0, 0, -0.48), 0.03)
    add_box(stage, 'stand_step', (3.3, 0.90, 0.08), paint['stand'], place(0, 0, -0.35), 0.025)
    for x in (-1.15, 1.15):
        u = 0.5 * (x / hull.half_length + 1.0)
        outline = []
        for k in range(25):
            side = lerp(-1.0, 1.0, k / 24)
            reach = 0.46
            v = reach * abs(side)
            edge = hull.point(u, v, 1.0 if side >= 0 else -1.0)
            outline.append((edge.y * 1.01, edge.z - 0.02))
        vertices, faces = [], []
        half = 0.07
        for dx in (-half, half):
            for k, (y, z) in enumerate(outline):
                vertices.append((x + dx, y, z))
            for k, (y, z) in enumerate(outline):
                waist = 0.26 + 0.18 * abs(2.0 * k / 24 - 1.0) ** 2
                vertices.append((x + dx, lerp(-waist, waist, k / 24), -0.33))
        n = len(outline)
        for k in range(n - 1):
            for base in (0, 2 * n):
                faces.append((base + k, base + k + 1, base + n + k + 1, base + n + k))
            faces.append((k, k + 1, 2 * n + k + 1, 2 * n + k))
        for k in (0, n - 1):
            faces.append((k, n + k, 3 * n + k, 2 * n + k))
        thing = stage.add('cradle', make_mesh('cradle', vertices, faces, smooth=False),
                          paint['stand'])
        thing.modifiers.new('bevel', 'BEVEL').width = 0.012
    plate = Matrix.Translation((0, 0.578, -0.475)) @ Matrix(
        ((-1, 0, 0, 0), (0, 0, 1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))
    add_box(stage, 'name_plate', (0.98, 0.135, 0.02), paint['plate'], plate, 0.006)
    letters = bpy.data.curves.new('name', 'FONT')
    letters.body = 'DIORAMA'
    letters.size, letters.extrude, letters.space_character = 0.125, 0.002, 1.35
    letters.align_x, letters.align_y = 'CENTER', 'CENTER'
    stage.add('name', letters, paint['black'], plate @ Matrix.Translation((0, 0, 0.011)))


def add_ship(stage, brace_deg):
    hull = Hull()
    paint = {
        'planks': make_planks('hull_planks', [(0.0, '#8c2f22'), (0.455, '#e6d3a8'),
                                              (0.50, '#b4763c'), (0.80, '#2f5560'),
                                              (0.925, '#b4763c')], 17.0, 1.6, (0.9, 34.0)),
        'deck': make_planks('deck_planks', [(0.0, '#d3a76a'), (1.0, '#d3a76a')], 13.0, 1.3,
                            (0.9, 22.0)),
        'walnut': make_wood('walnut', '#2c170b', '#5e3519'),
        'stand': make_wood('stand', '#2a140a', '#6b3b1e', (0.5, 5.0, 5.0), 0.6, 0.0, 0.08),
        'spar': make_wood('spar', '#7a4a22', '#b98046', (7.0, 7.0, 0.6)),
        'brass': make_brass(),
        'plate': make_plain('plate', '#d8ae56', 0.4, 0.5, mottling=0.15),
        'black': make_plain('black', '#120d0a', 0.7),
        'iron': make_plain('iron', '#2b2c2e', 0.45, 0.8, bump=0.3),
        'red': make_plain('red', '#a3321f', 0.4, coat=0.3),
        'pane': make_plain('pane', '#141a1e', 0.08, coat=1.0),
        'rope': make_rope('rope', '#8d6f45', '#c4a878'),
        'tarred': make_rope('tarred', '#3a2a1b', '#6b5236'),
        'pennant': make_plain('pennant', '#b53421', 0.8, bump=0.2),
    }
    rose = paint_image('compass_rose', 900, 900, colour_of_compass_rose)
    plain_canvas = make_canvas('canvas', None)
    rose_canvas = make_canvas('rose_canvas', rose)
    tan_canvas = make_canvas('tan_canvas', None, '#c4623f', 5)

    add_hull(stage, hull, paint)
    add_rail_posts(stage, hull, paint)
    add_guns(stage, hull, paint)
    add_cabin_windows(stage, hull, paint)
    add_deck_fittings(stage, hull, paint)
    add_stand(stage, hull, paint)

    fore_x, main_x, mizzen_x = 1.42, -0.25, -1.75
    masts = ((fore_x, 0.9, 5.45, 0.085, 3.42), (main_x, 0.9, 5.95, 0.095, 3.62),
             (mizzen_x, 1.2, 4.90, 0.075, 3.22))
    for mast in masts:
        add_mast(stage, paint, *mast)
    top_z = {x: top for x, _, top, _, _ in masts}
    sails = (
        (main_x, 3.36, 1.92, 1.62, 1.78, 0.54, plain_canvas, 0.095),
        (main_x, 4.78, 3.46, 1.30, 1.57, 0.48, plain_canvas, 0.08),
        (main_x, 5.62, 4.88, 0.92, 1.24, 0.30, plain_canvas, 0.06),
        (fore_x, 3.16, 1.92, 1.46, 1.58, 0.50, rose_canvas, 0.085),
        (fore_x, 4.40, 3.26, 1.15, 1.42, 0.42, plain_canvas, 0.07),
        (fore_x, 5.14, 4.50, 0.82, 1.10, 0.26, plain_canvas, 0.05),
        (mizzen_x, 4.02, 3.06, 1.00, 1.22, 0.36, plain_canvas, 0.06),
        (mizzen_x, 4.66, 4.12, 0.68, 0.94, 0.22, plain_canvas, 0.05),
    )
    for x, head, foot, half_head, half_foot, belly, canvas, radius in sails:
        add_square_sail(stage, paint, canvas, x, head, foot, half_head, half_foot, belly,
                        brace_deg, radius, top_z[x])

    sprit_root, sprit_tip = Vector((2.2, 0, 1.78)), Vector((4.35, 0, 2.55))
    sprit = [sprit_root.lerp(sprit_tip, k / 12) for k in range(13)]
    add_tube(stage, 'bowsprit', sprit, 0.075, paint['spar'], [1.0 - 0.045 * k for k in range(13)])
    stays = ((sprit_tip, (fore_x, 0, 5.2)), (sprit_root.lerp(sprit_tip, 0.72), (fore_x, 0, 4.45)),
             (sprit_root.lerp(sprit_tip, 0.45), (fore_x, 0, 3.45)),
             (sprit_tip, hull.point(0.985, 0.55, 0)),
             ((fore_x, 0, 2.2), (main_x, 0, 3.6)), ((fore_x, 0, 3.5), (main_x, 0, 4.9)),
             ((fore_x, 0, 5.3), (main_x, 0, 5.8)), ((main_x, 0, 2.4), (mizzen_x, 0, 3.2)),
             ((main_x, 0, 4.3), (mizzen_x, 0, 4.7)))
    for a, b in stays:
        add_tube(stage, 'stay', slack_line(a, b, 0.02), 0.014, paint['tarred'])
    for reach, head_z, clew, canvas in ((0.97, 4.75, (1.95, -0.10, 2.72), tan_canvas),
                                        (0.70, 4.05, (1.85, -0.05, 2.40), plain_canvas)):
        tack = sprit_root.lerp(sprit_tip, reach) + Vector((0, 0, 0.12))
        head = Vector((fore_x + 0.22, 0, head_z))
        add_fore_and_aft_sail(stage, paint, canvas, (tack, head, head, clew), -0.30)
    gaff = [Vector((mizzen_x - 0.05, 0, 3.0)), Vector((mizzen_x - 1.25, -0.15, 3.55))]
    boom = [Vector((mizzen_x - 0.05, 0, 2.12)), Vector((mizzen_x - 1.60, -0.22, 2.22))]
    add_tube(stage, 'gaff', gaff, 0.042, paint['spar'], [1.0, 0.6])
    add_tube(stage, 'boom', boom, 0.046, paint['spar'], [1.0, 0.6])
    add_fore_and_aft_sail(stage, paint, tan_canvas,
                          (boom[0] + Vector((-0.04, 0, 0.06)), gaff[0] + Vector((-0.04, 0, -0.05)),
                           gaff[1], boom[1] + Vector((0.1, 0, 0.05))), -0.22)

    for x, z, half in ((fore_x, 3.40, 0.10), (main_x, 3.60, 0.10), (mizzen_x, 3.20, 0.09)):
        add_shrouds(stage, hull, paint, x, z, half)
    for x, z, length in ((main_x, 5.88, 1.15), (fore_x, 5.38, 0.9), (mizzen_x, 4.78, 0.8)):
        add_pennant(stage, paint['pennant'], x, z, length, 0.24)


# ---------------------------------------------------------------------------------------------
# The room
# ---------------------------------------------------------------------------------------------


class Cloth:
    """Linen pushed into waves, a finger deep, flat where the ship's stand presses it."""

    left, right, front, back = -5.2, 5.0, -4.4, 2.6

    def __init__(self, stand_matrix):
        self.to_stand = stand_matrix.inverted()

    def height(self, x, y):
        swell = 0.0
        for angle, frequency, phase, weight in ((0.2, 1.15, 0.3, 1.0), (0.75, 1.7, 1.9, 0.7),
                                                (-0.45, 2.3, 4.0, 0.45), (1.3, 3.1, 0.8, 0.22)):
            drift = 0.5 * noise.noise(Vector((0.5 * x, 0.5 * y, phase)))
            wave = math.sin(frequency * (x * math.sin(angle) + y * math.cos(angle)) + phase
                            + 2.2 * drift)
            swell += weight * (1.0 - abs(wave)) ** 1.6
        rough = noise.fractal(Vector((1.4 * x, 1.4 * y, 7.0)), 1.0, 2.0, 4)
        to_edge = min(x - self.left, self.right - x, y - self.front, self.back - y)
        relief = lerp(0.30, 1.0, smoothstep(0.0, 0.7, to_edge))
        free = 0.042 + relief * (0.23 * swell + 0.03 * (rough + 0.5))
        local = self.to_stand @ Vector((x, y, 0.0))
        outside = max(abs(local.x) - 1.85, abs(local.y) - 0.62, 0.0)
        return lerp(0.042, free, smoothstep(0.0, 0.9, outside))

    def point(self, s, t):
        x, y = lerp(self.left, self.right, s), lerp(self.front, self.back, t)
        frayed = 1.0 - smoothstep(0.0, 0.12, min(s, 1 - s, t, 1 - t))
        return Vector((x + frayed * 0.20 * noise.noise(Vector((0.0, 1.1 * y, 3.0))),
                       y + frayed * 0.24 * noise.noise(Vector((0.8 * x, 0.0, 5.0))),
                       self.height(x, y)))


def add_cloth(stage, cloth, material):
    mesh = make_grid('cloth', 420, 300, cloth.point, lambda s, t: (s * 10.2, t * 7.0))
    thing = stage.add('cloth', mesh, material)
    thing.modifiers.new('cloth', 'SOLIDIFY').thickness = 0.03


def add_book(stage, size, cover, pages, gilt, matrix):
    """A closed book lying flat; its spine looks along −y."""
    width, depth, thick = size
    book = stage.inner('book', matrix)
    board = 0.055
    for z in (board / 2, thick - board / 2):
        add_box(book, 'board', (width, depth, board), cover, place(0, 0, z), 0.02)
    add_box(book, 'page_block', (width - 0.14, depth - 0.14, thick - 2 * board), pages,
            place(0, 0.02, thick / 2), 0.01)

    def spine_point(bulge, lift):
        def point(s, t):
            angle = math.pi * (t - 0.5)
            return Vector((lerp(-0.5, 0.5, s) * width * 0.998,
                           -depth / 2 - bulge * math.cos(angle) + 0.03 - lift * math.cos(angle),
                           thick / 2 + (thick / 2 + lift) * math.sin(angle) * 0.998))
        return point

    mesh = make_grid('spine', 40, 16, spine_point(0.12, 0.0))
    book.add('spine', mesh, cover)
    for centre in (-0.36, -0.18, 0.0, 0.18, 0.36):
        def band(s, t, centre=centre):
            p = spine_point(0.12, 0.022)(centre + 0.5 + lerp(-0.012, 0.012, s), t)
            return p
        book.add('band', make_grid('band', 3, 16, band), cover)
        for offset in (-0.026, 0.026):
            def line(s, t, centre=centre + offset):
                return spine_point(0.12, 0.006)(centre + 0.5 + lerp(-0.004, 0.004, s), t)
            book.add('gilt', make_grid('gilt', 2, 16, line), gilt)


def add_books(stage):
    pages = make_page_block()
    gilt = make_brass('gilt', '#d7a545', 0.35)
    covers = [make_plain(f'cover_{k}', code, 0.45, mottling=0.45, bump=0.35, coat=0.1)
              for k, code in enumerate(('#5b2a1c', '#2f4a3c', '#7c5a2b', '#273a4e'))]
    z = 0.0
    for k, (size, turn, dx) in enumerate((((3.0, 2.1, 0.52), 7, 0.0), ((2.75, 1.95, 0.38), -5, 0.1),
                                          ((2.5, 1.8, 0.46), 12, -0.05),
                                          ((2.2, 1.6, 0.30), -9, 0.05))):
        add_book(stage, size, covers[k], pages, gilt, place(dx, 0, z, turn))
        z += size[2]
    return z


def add_candlestick(stage, brass, wax, matrix):
    foot = [(0.0, 0.0), (0.48, 0.0), (0.5, 0.03), (0.47, 0.07), (0.2, 0.12), (0.11, 0.2),
            (0.08, 0.32), (0.13, 0.38), (0.13, 0.42), (0.07, 0.48), (0.06, 0.9), (0.12, 0.97),
            (0.12, 1.0), (0.07, 1.05), (0.22, 1.16), (0.24, 1.2), (0.17, 1.2), (0.16, 1.14),
            (0.0, 1.14)]
    holder = stage.inner('candlestick', matrix)
    add_lathe(holder, 'candlestick', foot, brass, None, 48)
    candle = [(0.0, 1.14), (0.145, 1.14), (0.14, 2.0), (0.135, 2.04), (0.11, 2.06), (0.05, 2.02),
              (0.0, 2.01)]
    add_lathe(holder, 'candle', candle, wax, None, 32)
    add_tube(holder, 'wick', [(0, 0, 2.0), (0.01, 0, 2.1), (0.03, 0.01, 2.16)], 0.014,
             make_plain('wick', '#1c1712', 0.9))


def add_globe(stage, brass, wood, matrix):
    globe = stage.inner('globe', matrix)
    foot = [(0.0, 0.0), (0.72, 0.0), (0.74, 0.06), (0.66, 0.12), (0.60, 0.13), (0.25, 0.24),
            (0.14, 0.36), (0.10, 0.5), (0.17, 0.58), (0.17, 0.64), (0.09, 0.72), (0.08, 0.86),
            (0.15, 0.94), (0.0, 0.98)]
    add_lathe(globe, 'globe_foot', foot, wood, None, 48)
    radius, centre = 1.15, Vector((0, 0, 2.26))
    tilt = Matrix.Translation(centre) @ Matrix.Rotation(math.radians(23), 4, 'Y')
    ball = [(radius * math.sin(math.pi * k / 48), -radius * math.cos(math.pi * k / 48))
            for k in range(49)]
    paper = make_image_material('globe_paper', paint_image('globe', 1024, 512, colour_of_globe))
    add_lathe(globe, 'ball', ball, paper, tilt @ Matrix.Rotation(2.2, 4, 'Z'), 96)
    arc = [tilt @ Vector((1.26 * math.cos(a), 0, 1.26 * math.sin(a)))
           for a in (lerp(-math.pi / 2, math.pi / 2, k / 48) for k in range(49))]
    add_tube(globe, 'meridian', arc, 0.045, brass)
    for end in (arc[0], arc[-1]):
        add_tube(globe, 'pivot', [end, centre + (end - centre) * (1.14 / 1.26)], 0.03, brass)
    add_tube(globe, 'bracket', [arc[0].lerp(centre, -0.02), Vector((0, 0, 0.97))], 0.05, brass)


def add_spyglass(stage, brass, leather, matrix):
    glass = stage.inner('spyglass', matrix)
    along = Matrix.Rotation(math.pi / 2, 4, 'Y')

    def ring(radius, start, end, lip=0.02):
        return [(radius - 0.02, start), (radius + lip, start + 0.01), (radius + lip, end - 0.01),
                (radius - 0.02, end)]

    add_lathe(glass, 'barrel', [(0.24, 0.0), (0.24, 1.25)], leather, along, 48)
    for start, end in ((-0.10, 0.08), (1.17, 1.30)):
        add_lathe(glass, 'ring', ring(0.245, start, end, 0.025), brass, along, 48)
    add_lathe(glass, 'draw_1', [(0.19, 1.2), (0.19, 1.95), (0.21, 1.96), (0.21, 2.06),
                                (0.15, 2.07)], brass, along, 48)
    add_lathe(glass, 'draw_2', [(0.15, 2.0), (0.15, 2.62), (0.17, 2.63), (0.19, 2.74), (0.18, 2.80),
                                (0.10, 2.80), (0.09, 2.74), (0.0, 2.74)], brass, along, 48)
    add_lathe(glass, 'lens', [(0.0, -0.03), (0.12, -0.02), (0.23, 0.02)],
              make_plain('lens', '#0c1418', 0.05, coat=1.0), along, 48)


def add_rope_coil(stage, cloth, material, x, y):
    """Three strands twisted round a line that lies on the cloth and then coils upward."""
    coil = stage.inner('rope_coil')
    floor = max(cloth.height(x + 0.55 * math.cos(a), y + 0.55 * math.sin(a))
                for a in (TAU * k / 16 for k in range(16)))
    points, turns, per_turn = [], 5.4, 60
    for k in range(int(turns * per_turn)):
        angle, layer = TAU * k / per_turn, k / per_turn
        radius = 0.52 - 0.04 * math.sin(1.7 * layer) + 0.02 * math.sin(3 * angle)
        points.append(Vector((x + radius * math.cos(angle), y + radius * math.sin(angle),
                              floor + 0.03 + 0.068 * layer)))
    tail = []
    for k in range(60, 0, -1):
        ahead = points[0] + Vector((0.014 * k, -0.016 * k - 0.12 * math.sin(0.06 * k), 0.0))
        rest = cloth.height(ahead.x, ahead.y) + 0.06
        ahead.z = lerp(points[0].z, rest, smoothstep(0.0, 18.0, k))
        tail.append(ahead)
    for strand in range(3):
        twisted = []
        path = tail + points
        travelled = 0.0
        for k, p in enumerate(path):
            ahead = path[min(k + 1, len(path) - 1)] - path[max(k - 1, 0)]
            travelled += 0.5 * ahead.length
            side = ahead.cross(Vector((0, 0, 1))).normalized()
            up = side.cross(ahead).normalized()
            angle = travelled * 13.0 + TAU * strand / 3
            twisted.append(p + (side * math.cos(angle) + up * math.sin(angle)) * 0.034)
        add_tube(coil, 'strand', twisted, 0.036, material)


def add_room(stage, ship_matrix):
    table = make_planks('table', [(0.0, '#5a3620'), (1.0, '#5a3620')], 1.0, 9.0, (0.35, 3.2))
    mesh = make_grid('table', 2, 2, lambda s, t: Vector((lerp(-12, 12, s), lerp(-8, 4.6, t), 0.0)),
                     lambda s, t: (lerp(-12, 12, s), lerp(-8, 4.6, t) * 0.62))
    stage.add('table', mesh, table)
    add_box(stage, 'table_edge', (24, 0.2, 0.6), table, place(0, 4.6, -0.301), 0.03)

    plaster = Shader('plaster')
    vector = plaster.coordinates('Object')
    cloud = plaster.noise(vector, 0.35, 5, 0.6)
    fine = plaster.noise(vector, 7.0, 4, 0.7)
    plaster.set(base_color=plaster.mix(plaster.grey_ramp(cloud, 0.3, 0.7), srgb('#8f9a8c'),
                                       srgb('#76857c')), roughness=0.9, specular=0.0)
    plaster.bump(plaster.math('ADD', fine, plaster.math('MULTIPLY', cloud, 2.0)), strength=0.35,
                 distance=0.03)
    wall = make_grid('wall', 2, 2, lambda s, t: Vector((lerp(-16, 16, s), WALL_Y, lerp(-6, 14, t))))
    stage.add('wall', wall, plaster.material)

    cloth = Cloth(ship_matrix)
    add_cloth(stage, cloth, make_linen('linen', '#274f60'))
    brass = make_brass('old_brass', '#b98b3e', 0.28)
    wood = make_wood('globe_wood', '#2c160a', '#5f351a', (5, 5, 0.6), 0.35, 0.4)

    left = Stage('left_props', place(-4.05, 2.7, 0.0, 14), GROUND)
    top = add_books(left)
    add_candlestick(left, brass, make_plain('wax', '#e9dcc0', 0.5, mottling=0.1),
                    place(-0.80, 0.1, top))
    add_globe(stage, brass, wood, place(4.15, 2.7, 0.0, -20))
    leather = make_plain('leather', '#4a2415', 0.5, mottling=0.5, bump=0.8)
    add_spyglass(stage, brass, leather, place(4.3, -1.25, 0.42, -166, 4))
    add_rope_coil(stage, cloth, make_rope('coil', '#86683d', '#c9ad7c'), -3.0, -2.2)


# ---------------------------------------------------------------------------------------------
# Light and camera
# ---------------------------------------------------------------------------------------------


def add_light(name, kind, location, target, energy, colour, **properties):
    light = bpy.data.lights.new(name, kind)
    light.energy, light.color = energy, srgb(colour)[:3]
    for key, value in properties.items():
        setattr(light, key, value)
    thing = bpy.data.objects.new(name, light)
    thing.location = location
    thing.rotation_euler = (Vector(target) - Vector(location)).to_track_quat('-Z', 'Y').to_euler()
    bpy.context.collection.objects.link(thing)
    return thing


def add_window(towards_sun, wall_y):
    """The window that the sun comes through, placed by where its bars fall on the wall.

    The panes are small where their light passes the ship and one large pane where it does not
    miss it, so that the bars lie on the wall and the table and never across the sails.
    """
    distance = 16.0 / -towards_sun.y
    window = Stage('window', Matrix.Translation(towards_sun * distance + Vector((0, wall_y, 0))),
                   BACKDROP)
    black = make_plain('window_bars', '#000000', 1.0)

    def add_bar(x0, x1, z0, z1):
        add_box(window, 'bar', (x1 - x0, 0.1, z1 - z0), black,
                place(0.5 * (x0 + x1), 0.0, 0.5 * (z0 + z1)), 0.01)

    left, right, bottom, top, sill = -5.6, 13.0, -9.0, 6.3, 3.75
    add_bar(left - 30, left, bottom - 20, top + 20)
    add_bar(right, right + 30, bottom - 20, top + 20)
    add_bar(left, right, top, top + 20)
    add_bar(left, right, sill - 0.14, sill + 0.14)
    for k in range(7):
        x = left + 2.3 * (k + 1)
        add_bar(x - 0.10, x + 0.10, sill if x > 0.6 else bottom, top)
    add_bar(left, 0.9, 1.2, 1.4)
    for thing in window.root.children:
        thing.visible_camera = thing.visible_glossy = thing.visible_diffuse = False


def add_sky(towards_window):
    """The room's soft light: brighter towards the window, smooth, hence nearly free of noise.

    It is met by chance and not sampled as a light, so that the sun stays the only light that
    Cycles aims at; two lights to choose from would double the noise. Mirror-like rays alone see
    the window's outline: it gives brass its highlights.
    """
    world = bpy.data.worlds.new('room')
    world.use_nodes = True
    world.cycles.sampling_method = 'NONE'
    sky = Graph(world.node_tree)
    direction = sky.node('ShaderNodeTexCoord').outputs['Generated']

    def along(axis):
        node = sky.node('ShaderNodeVectorMath', operation='DOT_PRODUCT')
        sky.feed(node.inputs[0], direction)
        node.inputs[1].default_value = axis
        return node.outputs['Value']

    right = towards_window.cross(Vector((0, 0, 1))).normalized()
    ahead = along(towards_window)
    lobe = sky.math('POWER', sky.math('MULTIPLY', sky.math('ADD', ahead, 1.0), 0.5), 2.0)
    soft = sky.mix(lobe, tuple(c * 0.20 for c in srgb('#e6d8c8')),
                   tuple(c * 1.3 for c in srgb('#dfe9ff')))

    def inside(axis, half, bars):
        across = sky.math('DIVIDE', along(axis), ahead)
        pane = sky.math('LESS_THAN', sky.math('ABSOLUTE', across), half)
        cell = sky.math('FRACT', sky.math('MULTIPLY', across, 0.5 * bars / half))
        glass = sky.math('LESS_THAN', sky.math('ABSOLUTE', sky.math('SUBTRACT', cell, 0.5)), 0.46)
        return sky.math('MULTIPLY', pane, glass)

    window = sky.math('MULTIPLY', inside(right, 0.42, 3.0),
                      inside(right.cross(towards_window), 0.55, 4.0))
    window = sky.math('MULTIPLY', window, sky.math('GREATER_THAN', ahead, 0.2))
    mirrored = sky.mix(window, soft, tuple(c * 5.0 for c in srgb('#eef3ff')))
    glossy = sky.node('ShaderNodeLightPath').outputs['Is Glossy Ray']
    sky.feed(sky.tree.nodes['Background'].inputs['Color'], sky.mix(glossy, soft, mirrored))
    bpy.context.scene.world = world


def add_light_and_camera():
    towards_sun = Vector((-0.60, -0.70, 0.46)).normalized()
    add_light('sun', 'SUN', towards_sun * 20, (0, 0, 0), 5.6, '#ffdfb0', angle=math.radians(0.9))
    add_window(towards_sun, WALL_Y)
    add_sky(Vector((-0.72, -0.55, 0.42)).normalized())

    lens = bpy.data.cameras.new('camera')
    lens.lens = 44.8
    camera = bpy.data.objects.new('camera', lens)
    camera.location = (0.0, -13.2, 4.5)
    target = Vector((0.0, 0.0, 3.07))
    camera.rotation_euler = (target - camera.location).to_track_quat('-Z', 'Y').to_euler()
    bpy.context.collection.objects.link(camera)
    bpy.context.scene.camera = camera


def build_scene():
    clear_everything()
    ship_matrix = place(0.30, 0.1, 0.60, -141)
    ship = Stage('ship', ship_matrix, SHIP)
    add_ship(ship, brace_deg=24)
    room = Stage('room', index=GROUND)
    add_room(room, ship_matrix)
    add_light_and_camera()


# ---------------------------------------------------------------------------------------------
# Rendering
# ---------------------------------------------------------------------------------------------


def set_up_cycles(width, samples):
    scene = bpy.context.scene
    scene.render.engine = 'CYCLES'
    scene.render.resolution_x, scene.render.resolution_y = width, width * 3 // 4
    scene.render.resolution_percentage = 100
    for stamp in ('date', 'time', 'render_time', 'frame', 'scene', 'camera', 'filename'):
        setattr(scene.render, f'use_stamp_{stamp}', False)
    cycles = scene.cycles
    cycles.device = 'CPU'
    cycles.samples = samples
    cycles.use_denoising = False
    cycles.use_adaptive_sampling = True
    cycles.adaptive_threshold = 0.008
    cycles.max_bounces = 3
    cycles.diffuse_bounces = 1
    cycles.glossy_bounces = 2
    cycles.sample_clamp_direct = 4.0
    cycles.sample_clamp_indirect = 1.5
    cycles.blur_glossy = 1.0
    cycles.caustics_reflective = False
    cycles.caustics_refractive = False
    scene.view_settings.view_transform = 'Filmic'
    scene.view_settings.look = 'Medium High Contrast'
    scene.view_settings.exposure = 0.25


def render_picture(path):
    clean_grain(iterations=3, sigma_color=0.1, sigma_space=3.0)
    scene = bpy.context.scene
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.quality = 'JPEG', 'RGB', 92
    scene.render.filepath = path
    bpy.ops.render.render(write_still=True)
    scene.use_nodes = False


def render_floats(samples):
    """Renders what the scene says now; returns width, height and RGBA floats, bottom row first."""
    scene = bpy.context.scene
    scene.cycles.samples = samples
    scene.cycles.use_adaptive_sampling = False
    settings = scene.render.image_settings
    settings.file_format, settings.color_mode, settings.color_depth = 'OPEN_EXR', 'RGBA', '32'
    with tempfile.TemporaryDirectory() as folder:
        scene.render.filepath = os.path.join(folder, 'pass.exr')
        bpy.ops.render.render(write_still=True)
        image = bpy.data.images.load(scene.render.filepath)
        width, height = image.size
        floats = array('f', bytes(4 * len(image.pixels)))
        image.pixels.foreach_get(floats)
        bpy.data.images.remove(image)
    return width, height, floats


def make_everything_black():
    """Matte and depth need shapes alone: one emitter for all spares their light."""
    shader = Shader('shape_only')
    emission = shader.node('ShaderNodeEmission', {'Strength': 0.0})
    shader.feed(shader.output.inputs['Surface'], emission.outputs[0])
    bpy.context.view_layer.material_override = shader.material
    bpy.context.scene.cycles.max_bounces = 0


def render_matte(path):
    """The subject's coverage, through the same pixel filter as the picture.

    Everything else is a hole in the film, so that what stands before the subject hides it and the
    subject's shadow stays with the background.
    """
    scene = bpy.context.scene
    scene.render.film_transparent = True
    others = [thing for thing in scene.objects if thing.pass_index != SHIP]
    for thing in others:
        thing.is_holdout = True
    width, height, floats = render_floats(samples=96)
    for thing in others:
        thing.is_holdout = False
    scene.render.film_transparent = False
    alpha = floats[3::4]
    rows = [bytes(min(255, int(255.0 * a + 0.5)) for a in alpha[y * width:(y + 1) * width])
            for y in range(height - 1, -1, -1)]
    write_grey_png(path, width, height, 8, rows)


def render_depth(path):
    """Inverse depth, 65535 at the nearest point and 0 at the farthest, linear between.

    Depth is taken at the centres of the four quarters of a pixel and the nearest counts: so a
    pixel that the subject only touches has the subject's depth, as layered effects want it. The
    file's notes say how its 0…1 becomes inverse depth in 1/dm.
    """
    scene = bpy.context.scene
    scene.render.resolution_x *= 2
    scene.render.resolution_y *= 2
    scene.cycles.pixel_filter_type = 'BOX'
    scene.cycles.filter_width = 0.01
    bpy.context.view_layer.use_pass_z = True
    scene.use_nodes = True
    graph = Graph(scene.node_tree)
    graph.tree.nodes.clear()
    layers = graph.node('CompositorNodeRLayers')
    graph.node('CompositorNodeComposite', {'Image': layers.outputs['Depth']})
    width, height, floats = render_floats(samples=1)
    depth = floats[0::4]
    nearest = []
    for y in range(height - 2, -2, -2):
        low, high = depth[y * width:(y + 1) * width], depth[(y + 1) * width:(y + 2) * width]
        nearest.append([min(quad) for quad in zip(low[0::2], low[1::2], high[0::2], high[1::2])])
    near, far = min(map(min, nearest)), max(map(max, nearest))
    scale, offset = 1.0 / near - 1.0 / far, 1.0 / far
    rows = []
    for row in nearest:
        codes = (int((1.0 / z - offset) / scale * 65535.0 + 0.5) for z in row)
        rows.append(struct.pack(f'>{len(row)}H', *codes))
    notes = {'diorama:inverse_depth_scale': f'{scale:.9g}',
             'diorama:inverse_depth_offset': f'{offset:.9g}'}
    write_grey_png(path, width // 2, height // 2, 16, rows, notes)


def write_grey_png(path, width, height, bits, rows, notes=None):
    """A grey PNG with text notes; each row is filtered by the predictor that leaves least."""
    step = bits // 8
    previous, filtered = bytes(width * step), []
    for row in rows:
        left, corner = bytes(step) + row[:-step], bytes(step) + previous[:-step]
        candidates = []
        for kind in range(5):
            if kind == 0:
                guess = bytes(len(row))
            elif kind == 1:
                guess = left
            elif kind == 2:
                guess = previous
            elif kind == 3:
                guess = bytes((a + b) >> 1 for a, b in zip(left, previous))
            else:
                guess = bytes(predict_paeth(a, b, c)
                              for a, b, c in zip(left, previous, corner))
            rest = bytes((x - g) & 255 for x, g in zip(row, guess))
            candidates.append((sum(min(r, 256 - r) for r in rest), bytes([kind]) + rest))
        filtered.append(min(candidates)[1])
        previous = row
    header = struct.pack('>IIBBBBB', width, height, bits, 0, 0, 0, 0)
    texts = [(b'tEXt', key.encode() + b'\0' + text.encode())
             for key, text in (notes or {}).items()]
    with open(path, 'wb') as file:
        file.write(b'\x89PNG\r\n\x1a\n')
        for name, body in ((b'IHDR', header), *texts,
                           (b'IDAT', zlib.compress(b''.join(filtered), 9)), (b'IEND', b'')):
            file.write(struct.pack('>I', len(body)) + name + body
                       + struct.pack('>I', zlib.crc32(name + body)))


def predict_paeth(left, up, corner):
    """The neighbour nearest to left + up − corner (PNG specification, filter type 4)."""
    guess = left + up - corner
    from_left, from_up, from_corner = abs(guess - left), abs(guess - up), abs(guess - corner)
    if from_left <= from_up and from_left <= from_corner:
        return left
    return up if from_up <= from_corner else corner


def main():
    parser = argparse.ArgumentParser(prog='still_life.py')
    parser.add_argument('out_folder')
    parser.add_argument('--width', type=int, default=1600, help='in pixels; height is 3/4 of it')
    parser.add_argument('--samples', type=int, default=128, help='of the picture, per pixel')
    options = parser.parse_args(sys.argv[sys.argv.index('--') + 1:])
    os.makedirs(options.out_folder, exist_ok=True)
    build_scene()
    set_up_cycles(options.width, options.samples)
    render_picture(os.path.join(options.out_folder, 'still_life.jpg'))
    make_everything_black()
    render_matte(os.path.join(options.out_folder, 'still_life_matte.png'))
    render_depth(os.path.join(options.out_folder, 'still_life_depth.png'))


if __name__ == '__main__':
    main()
