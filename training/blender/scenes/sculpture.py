# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A gallery of abstract sculpture: a knot, a spiral of steps, rings and a shell."""

import math

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor,
                        add_sheet, add_tube, place)


def build():
    add_sky('#b9bcc2', '#c9c5bf', 0.4)
    add_spot((-3.2, -3.4, 4.4), (0, 0, 1.0), 1600, 95, '#fff2de', 0.1)
    add_panel((3.6, -0.6, 2.6), (0, 0.3, 1.0), 100, 0.8, '#ff9f7a')
    floor = Stage('floor', index=GROUND)
    add_floor(floor, 16, paint.make_tiles('floor', '#b8b3a9', '#a39e94', 0.9, 0.3))
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (14, 0.2, 7), paint.make_plaster('wall', '#d5d2ca', scale=0.6),
            place(0, 3.2, 3.5), 0)
    add_box(wall, 'panel', (3.2, 0.1, 2.2),
            paint.make_patches('panel', ['#234a68', '#d29a2e', '#bd4a33', '#e9e1cf'], 1.1, 0.8),
            place(1.6, 3.05, 2.1), 0.01)
    plinth = paint.make_plain('plinth', '#efece5', 0.7, mottling=0.06)
    bronze = paint.make_metal('bronze', '#9a6a35', 0.22, '#3f5f50')
    marble = paint.make_stone('marble', '#e6e1d6', 0.8, 0.3, 0.15, 0.25)
    red = paint.make_plain('red', '#c23427', 0.25, mottling=0.05, coat=1.0)
    blue = paint.make_plain('blue', '#24539a', 0.35, mottling=0.08, coat=0.7)

    knot_stage = Stage('knot', place(0, 0.2))
    add_box(knot_stage, 'plinth', (0.9, 0.9, 0.6), plinth, place(0, 0, 0.3), 0.015)
    knot = knot_stage.inner('turning', place(0, 0, 1.28))
    points = []
    for k in range(240):
        a = TAU * k / 240
        ring = 0.42 + 0.17 * math.cos(3 * a)
        points.append((ring * math.cos(2 * a), 0.30 * math.sin(3 * a), ring * math.sin(2 * a)))
    add_tube(knot, 'knot', points, 0.105, bronze, closed=True, sides=8)

    stairs = Stage('spiral', place(-1.45, 0.7))
    for k in range(22):
        add_box(stairs, 'step', (0.62, 0.2, 0.085), marble,
                place(0, 0, 0.05 + 0.088 * k, 17 * k) @ place(0.2, 0, 0), 0.012)
    rings_stage = Stage('rings', place(1.45, 0.6))
    add_column(rings_stage, 'plinth', 0.42, 0.5, plinth)
    rings = []
    for k, (radius, coat) in enumerate(((0.58, red), (0.43, blue), (0.28, bronze))):
        ring = rings_stage.inner('ring', place(0, 0, 1.15))
        add_tube(ring,
                 'ring', [(radius * math.cos(TAU * j / 64), 0, radius * math.sin(TAU * j / 64))
                          for j in range(64)],
                 0.05,
                 coat,
                 closed=True,
                 sides=6)
        rings.append(ring)
    add_ball(rings_stage, 'core', 0.12, marble, place(0, 0, 1.15))

    shell = Stage('shell', place(-0.75, -0.75, 0.0, 30))

    def shell_point(s, t):
        turn = 2.6 * TAU * s
        grow = 0.06 * math.exp(0.115 * turn)
        around = TAU * t
        out = grow * (1.0 + 0.85 * math.cos(around)) * 0.62
        return Vector((out * math.cos(turn), out * math.sin(turn) * 0.8,
                       0.02 + grow * (0.8 + 0.8 * math.sin(around)) * 0.6))

    add_sheet(shell,
              'shell',
              160,
              24,
              shell_point,
              paint.make_plain('pearl', '#e7c7a4', 0.3, mottling=0.35, coat=0.7, scale=6),
              thickness=0.008)
    cubes = Stage('cubes', place(0.85, -0.75))
    for k in range(3):
        size = 0.34 - 0.08 * k
        add_box(cubes, 'cube', (size, ) * 3, (blue, red, marble)[k],
                place(0.03 * k, 0,
                      sum(0.34 - 0.08 * j for j in range(k)) + 0.5 * size, 24 * k), 0.012)

    def pose(t):
        knot.root.rotation_euler.z = 0.8 * TAU * t * 0.5
        for k, ring in enumerate(rings):
            ring.root.rotation_euler = (0.6 * k + TAU * t * 0.35 * (k + 1), 0, 0.9 * k)

    return Shot(orbit((0, 0.2), 4.7, 1.75, -28, 26, -0.2), still(0, 0.3, 0.95), 36, pose)
