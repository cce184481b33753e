# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A lighthouse on a rocky cape, a cottage, boats and gulls over the sea, in the evening."""

import math
import random

from mathutils import Vector, noise

from kit import materials as paint
from kit.camera import Shot, line, still
from kit.light import add_sky, add_sun
from kit.numbers import TAU, smoothstep
from kit.shapes import (BACKDROP, GROUND, Stage, add_box, add_column, add_floor, add_grass,
                        add_lathe, add_prism, add_sheet, add_tube, place)


def height_at(x, y):
    """The cape: high round the tower, falling to the sea with crags."""
    away = math.hypot(x - 1.0, 0.8 * (y - 14)) / 11.0
    crags = 0.9 * noise.fractal(Vector((0.35 * x, 0.35 * y, 2.0)), 0.8, 2.2, 5)
    top = 2.6 * smoothstep(1.05, 0.55, away)
    return -1.6 + top + crags * smoothstep(0.35, 0.8, away) * 0.8 + 0.8 * smoothstep(0.9, 0.5, away)


def build():
    dice = random.Random(61)
    add_sky('#5a80b8', '#f3cfa4', 0.7, clouds=0.35)
    add_sun((-0.8, -0.35, 0.38), 4.6, '#ffcf94')
    sea = Stage('sea', index=BACKDROP)
    waves = paint.make_soil('sea', '#1f4a5c', '#3a7183', 0.5, '#e4eef0', 0.35)
    add_floor(sea, 500, waves, centre=(0, 200)).location.z = -0.7
    cape = Stage('cape', index=GROUND)
    add_floor(cape, 30, paint.make_stone('rock', '#8f8371', 0.7, bump=1.0), height_at, 160, (1, 14))
    meadow = paint.make_leaf('grass', '#5f7d35', '#a9ad5c')
    roots = []
    for _ in range(4200):
        x, y = dice.uniform(-7, 8), dice.uniform(7, 20)
        if height_at(x, y) > 1.3:
            roots.append((x, y, height_at(x, y) - 0.02))
    add_grass(cape, 'grass', dice, roots, 0.3, 0.03, meadow)
    add_tower(Stage('tower', place(2.6, 14.5, height_at(2.6, 14.5) - 0.4)))
    add_cottage(Stage('cottage', place(-2.2, 15.0, height_at(-2.2, 15) - 0.2, 18)))
    fence = Stage('fence')
    wood = paint.make_bark('post', '#5a4a3a', '#968672')
    posts = [(x, y, height_at(x, y))
             for x, y in ((-5.2, 11.2), (-3.9, 10.6), (-2.6, 10.2), (-1.3, 10.0), (0.0, 9.9),
                          (1.3, 10.0), (2.6, 10.3))]
    for x, y, z in posts:
        add_box(fence, 'post', (0.12, 0.12, 1.0), wood, place(x, y, z + 0.4, dice.uniform(0, 40)),
                0.02)
    for z in (0.45, 0.8):
        add_tube(fence, 'rail', [(x, y, level + z) for x, y, level in posts], 0.035, wood)
    boats = [
        add_boat(Stage('boat', place(x, y, -0.7, turn)), code)
        for x, y, turn, code in ((-7.5, 10.0, 40, '#b33a2c'), (-13.0, 28.0, -20, '#e6e0d0'),
                                 (13, 36, 10, '#2d5f8a'))
    ]
    gulls = Stage('gulls')
    white = paint.make_plain('gull', '#f0efe9', 0.6)
    birds = []
    for k in range(7):
        bird = gulls.inner('gull')
        wing = [(-0.5, 0, 0.06), (-0.25, 0, 0.14), (0, 0, 0), (0.25, 0, 0.14), (0.5, 0, 0.06)]
        add_tube(bird, 'wings', wing, 0.04, white, [0.2, 0.8, 1.4, 0.8, 0.2])
        birds.append((bird, dice.uniform(0, TAU), dice.uniform(3, 6), dice.uniform(4.5, 8)))

    def pose(t):
        for bird, start, radius, tall in birds:
            angle = start + 0.5 * TAU * t
            bird.root.location = (0.5 + radius * math.cos(angle), 13 + radius * math.sin(angle),
                                  tall)
            bird.root.rotation_euler = (0.2, 0.3 * math.sin(8 * TAU * t + start), angle)
        for k, boat in enumerate(boats):
            boat.root.location.z = -0.7 + 0.06 * math.sin(2 * TAU * t + k)
            boat.root.rotation_euler.x = 0.05 * math.sin(2 * TAU * t + 2 * k)

    return Shot(line((-4.6, -1.5, 2.6), (-0.6, -2.2, 3.4)), still(0.4, 14, 4.2), 30, pose)


def add_tower(stage):
    bands = paint.make_stripes('bands', ['#eee8dc', '#b5332a'], 0.16, 0.6, 'Object', 'Z')
    iron, brass = paint.make_plain('iron', '#23292c', 0.4), paint.make_metal('roof', '#7d3b2a', 0.4)
    add_lathe(stage,
              'shaft', [(1.35, 0), (1.3, 0.4), (1.05, 4.0), (0.85, 8.0), (1.0, 8.15), (1.3, 8.3),
                        (1.3, 8.45), (0, 8.45)],
              bands,
              segments=48)
    for k in range(18):
        turn = TAU * k / 18
        at = (1.25 * math.cos(turn), 1.25 * math.sin(turn), 8.45)
        add_tube(stage, 'rail', [at, (at[0], at[1], 9.0)], 0.025, iron, sides=1)
    for z in (8.75, 9.0):
        add_tube(stage,
                 'ring', [(1.25 * math.cos(TAU * k / 40), 1.25 * math.sin(TAU * k / 40), z)
                          for k in range(40)],
                 0.025,
                 iron,
                 closed=True)
    add_column(stage, 'lantern', 0.62, 1.2, paint.make_glow('lantern', '#ffe9b0', 0.9),
               place(0, 0, 8.45))
    for k in range(8):
        turn = TAU * k / 8
        add_box(stage, 'bar', (0.06, 0.06, 1.2), iron,
                place(0.64 * math.cos(turn), 0.64 * math.sin(turn), 9.05), 0)
    add_lathe(stage, 'roof', [(0.85, 9.62), (0.8, 9.7), (0.4, 10.15), (0.08, 10.35), (0.08, 10.55),
                              (0, 10.6)], brass)
    for z, turn in ((1.9, -100), (4.2, -70), (6.3, -110)):
        radius = 1.3 - 0.055 * z
        add_box(stage, 'window', (0.12, 0.36, 0.62),
                paint.make_plain('pane', '#1c2630', 0.1, coat=1.0),
                place(turn_deg=turn) @ place(radius, 0, z), 0.02)


def add_cottage(stage):
    add_box(stage, 'walls', (3.4, 2.4, 1.9), paint.make_plaster('lime', '#e9e2d2', scale=1.0),
            place(0, 0, 0.95), 0.03)
    slate = paint.make_bricks('slate', '#5c626c', '#4b515b', '#2d3036', 0.3)
    add_prism(stage, 'roof', [(-1.5, 0), (1.5, 0), (0, 1.25)], 3.7, slate, place(0, 0, 1.9, 90),
              0.03)
    add_box(stage, 'chimney', (0.45, 0.45, 1.1), paint.make_bricks('stack', length=0.2),
            place(1.2, 0.2, 3.2), 0.02)
    blue = paint.make_wood('door', '#1f4563', '#35678c', (6, 6, 0.6))
    add_box(stage, 'door', (0.75, 0.1, 1.45), blue, place(0.1, -1.2, 0.75), 0.02)
    for x in (-1.1, 1.2):
        add_box(stage, 'frame', (0.7, 0.1, 0.7), blue, place(x, -1.2, 1.15), 0.02)
        add_box(stage, 'pane', (0.56, 0.12, 0.56), paint.make_plain('pane',
                                                                    '#1f2d38',
                                                                    0.1,
                                                                    coat=1.0), place(x, -1.2, 1.15),
                0)


def add_boat(stage, code):
    hull = paint.make_plain('hull', code, 0.4, mottling=0.2, coat=0.5, scale=2)

    def point(s, t):
        along, side = 2 * s - 1, 2 * t - 1
        wide = 0.75 * (1 - abs(along)**2.5)
        return Vector((2.0 * along, wide * math.sin(0.5 * math.pi * side),
                       -0.35 + 0.75 * abs(side)**2.2 + 0.25 * along**2))

    add_sheet(stage, 'hull', 30, 16, point, hull, thickness=0.05)
    wood = paint.make_wood('mast', '#7a5531', '#b3834f')
    add_tube(stage, 'mast', [(0.2, 0, -0.2), (0.2, 0, 3.4)], 0.05, wood, [1, 0.6])
    sail = paint.make_plain('sail', '#e6d3ae', 0.9, mottling=0.15)
    add_sheet(stage,
              'sail',
              14,
              18,
              lambda s, t: Vector((0.15 - 1.7 * s * (1 - t), 0.28 * math.sin(math.pi * s) *
                                   (1 - t), 0.55 + 2.7 * t)),
              sail,
              thickness=0.01)
    return stage
