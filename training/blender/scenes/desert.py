# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A canyon of red rock with boulders and cacti, late in the day."""

import math
import random

from mathutils import Vector, noise

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_sky, add_sun
from kit.numbers import TAU, smoothstep
from kit.shapes import (BACKDROP, GROUND, Stage, add_floor, add_grass, add_sheet, add_tube, place)


def height_at(x, y):
    dunes = 0.22 * noise.noise(Vector((0.15 * x, 0.15 * y, 4.0)))
    bank = 0.5 * smoothstep(4.0, 10.0, abs(x))
    return dunes + bank


def build():
    dice = random.Random(23)
    add_sky('#4c83c6', '#f0dcc0', 0.6, clouds=0.2)
    add_sun((-0.8, -0.42, 0.5), 5.0, '#ffd6a0', 0.8)
    sand = Stage('sand', index=GROUND)
    add_floor(sand, 160, paint.make_soil('sand', '#b9763f', '#dca86a', 0.9, '#7f5433'), height_at,
              140, (0, 60))
    rock = paint.make_stone('rock', '#a8573a', 0.8, bump=1.0)
    layers = paint.make_stripes('layers', ['#b5603f', '#c98558', '#9a4d35', '#b87149'], 0.45, 0.9,
                                'Object', 'Z')
    for x, y, size, tall in ((-9, 16, 4.5, 6.5), (10, 20, 6, 8.5), (-17, 34, 9, 12),
                             (4.5, 44, 7, 9), (21, 46, 10, 14), (-3, 70, 9, 11)):
        add_butte(Stage('butte', place(x, y, -0.4), BACKDROP if y > 40 else None), dice, size, tall,
                  layers)
    for _ in range(20):
        x, y, size = dice.uniform(-5.5, 5.5), dice.uniform(-1.2, 10), dice.uniform(0.12, 0.75)
        if abs(x) < 0.9 and y < 1.5:
            continue
        add_boulder(
            Stage('boulder', place(x, y,
                                   height_at(x, y) + 0.25 * size, dice.uniform(0, 360))), dice,
            size, rock)
    green = paint.make_stripes('cactus', ['#4d7546', '#3c6238'], 12, 0.7, 'UV')
    for x, y, size in ((-2.1, 2.4, 1.0), (2.6, 4.2, 1.25), (0.6, 8.2, 1.1), (-4.3, 7.2, 1.4)):
        add_saguaro(Stage('cactus', place(x, y,
                                          height_at(x, y) - 0.05, dice.uniform(-30, 30))), size,
                    green)
    dry = paint.make_leaf('dry', '#a08a4c', '#cdb874')
    tufts = Stage('tufts')
    for _ in range(36):
        cx, cy = dice.uniform(-5, 5), dice.uniform(-1.6, 8)
        roots = [(cx + dice.gauss(0, 0.06), cy + dice.gauss(0, 0.06), height_at(cx, cy))
                 for _ in range(28)]
        add_grass(tufts, 'tuft', dice, roots, dice.uniform(0.2, 0.42), 0.008, dry)
    return Shot(line((-1.3, -3.6, 1.5), (1.2, -2.4, 1.25)), line((0, 6, 1.5), (0.2, 8, 1.6)), 30)


def add_boulder(stage, dice, size, rock):
    seed = Vector((dice.uniform(0, 50), dice.uniform(0, 50), 0))

    def point(s, t):
        turn, up = TAU * s, math.pi * (t - 0.5)
        way = Vector((math.cos(turn) * math.cos(up), math.sin(turn) * math.cos(up), math.sin(up)))
        bulk = 1.0 + 0.45 * noise.noise(way * 1.3 + seed) + 0.14 * noise.noise(way * 4.0 + seed)
        return Vector((way.x * 1.15, way.y, way.z * 0.75)) * size * bulk

    add_sheet(stage, 'boulder', 40, 20, point, rock)


def add_butte(stage, dice, size, tall, layers):
    seed = Vector((dice.uniform(0, 50), dice.uniform(0, 50), 0))

    def point(s, t):
        turn, up = TAU * s, min(1.0, t * 1.12)
        wander = noise.noise(Vector((1.6 * math.cos(turn), 1.6 * math.sin(turn), 0)) + seed)
        gully = abs(noise.noise(Vector((5 * math.cos(turn), 5 * math.sin(turn), 0.6 * up)) + seed))
        terrace = 0.05 * math.sin(up * 26) + 0.12 * math.sin(up * 7)
        radius = size * (1.0 - 0.38 * up**0.6 + 0.35 * wander - 0.22 * gully - 0.12 * terrace)
        if t > 0.9:
            radius *= max(0.0, (1.0 - t) / 0.1)
        return Vector((radius * math.cos(turn), 0.8 * radius * math.sin(turn), tall * up))

    add_sheet(stage, 'butte', 120, 60, point, layers)


def add_saguaro(stage, size, green):

    def limb(points, radius):
        count = len(points)
        radii = [1.0 - 0.25 * (k / (count - 1))**4 for k in range(count)]
        add_tube(stage,
                 'limb', [Vector(p) * size for p in points],
                 radius * size,
                 green,
                 radii,
                 sides=8)

    limb([(0, 0, 0.2 * k) for k in range(12)], 0.17)
    for side, low, reach, high in ((1, 0.9, 0.5, 1.9), (-1, 1.25, 0.45, 1.8)):
        elbow = [(side * reach * math.sin(0.5 * math.pi * k / 6), 0,
                  low + 0.22 * (1 - math.cos(0.5 * math.pi * k / 6))) for k in range(7)]
        rest = [(side * reach, 0, low + 0.22 + (high - low - 0.22) * k / 5) for k in range(1, 6)]
        limb(elbow + rest, 0.1)
