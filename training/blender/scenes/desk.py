# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A desk at night: a lamp, ruled papers, pencils, books, a globe and a mug."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_lathe,
                        add_sheet, add_tube, aim, place)


def build():
    dice = random.Random(50)
    add_sky('#3f4a63', '#4a4a58', 0.9)
    add_panel((2.6, -1.6, 2.2), (0, 0, 0.1), 210, 1.2, '#9db9ff')
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (8, 0.1, 4), paint.make_plaster('wall', '#8b9683', '#7a8674', 1.5),
            place(0, 1.15, 1.2), 0)
    desk = Stage('desk', index=GROUND)
    add_box(desk, 'top', (3.4, 1.7, 0.08),
            paint.make_wood('oak', '#59371d', '#946238', (0.5, 6, 6), 0.35, 0.3),
            place(0, 0.2, -0.04), 0.02)
    add_desk_lamp(Stage('lamp', place(-0.98, 0.55)))
    add_spot((-0.485, 0.3, 0.84), (-0.2, 0.1, 0), 110, 150, '#ffdf9f', 0.03)

    papers = Stage('papers')
    white = paint.make_stripes('ruled', ['#ece7d8', '#ece7d8', '#ece7d8', '#ece7d8', '#c9c6c4'],
                               12,
                               0.9,
                               axis='Y')
    for k, (x, y, turn) in enumerate(((-0.05, -0.25, 8), (0.02, -0.22, -6), (0.32, -0.38, 24))):
        add_sheet(papers,
                  'sheet',
                  12,
                  16,
                  lambda s, t: Vector((0.42 * (s - 0.5), 0.58 *
                                       (t - 0.5), 0.004 + 0.03 * max(0.0, s + t - 1.6)**1.5)),
                  white,
                  place(x, y, 0.004 * k, turn),
                  thickness=0.002)
    codes = ('#7a2c28', '#28506f', '#b08a3a', '#3d5a3c', '#5a3b5c')
    books = Stage('books', place(0.82, 0.42))
    for k, code in enumerate(codes):
        thick = 0.05 + 0.014 * (k * 7 % 4)
        z = sum(0.052 + 0.014 * (j * 7 % 4) for j in range(k))
        add_box(books, 'cover', (0.46 - 0.03 * k, 0.33 - 0.02 * k, thick),
                paint.make_plain('cover', code, 0.5, scale=9),
                place(0, 0, z + 0.5 * thick, 14 * math.sin(5 * k)), 0.008)
        add_box(books, 'pages', (0.44 - 0.03 * k, 0.325 - 0.02 * k, 0.72 * thick),
                paint.make_plain('pages', '#ddd0ac', 0.9),
                place(0.012, -0.008, z + 0.5 * thick, 14 * math.sin(5 * k)), 0)
    globe = Stage('globe', place(0.8, 0.42, 0.34))
    brass = paint.make_metal('brass', '#bf943f', 0.22)
    add_lathe(globe, 'foot', [(0, 0), (0.12, 0), (0.11, 0.025), (0.02, 0.05), (0.018, 0.1)], brass)
    add_ball(
        globe, 'world', 0.15,
        paint.make_patches('world', ['#7fa6a4', '#c9a25e', '#8fb0ab', '#a3823f'], 2.2, 0.35,
                           'Generated', 0.5), place(0, 0, 0.27, 30, 20))
    ring = [(0.175 * math.cos(a), 0, 0.27 + 0.175 * math.sin(a))
            for a in (TAU * k / 40 for k in range(40))]
    add_tube(globe, 'ring', ring, 0.009, brass, closed=True)
    add_pencils(Stage('cup', place(-0.35, 0.42)), dice)
    mug = Stage('mug', place(0.62, -0.28, 0, -30))
    glaze = paint.make_plain('glaze', '#b6452f', 0.2, mottling=0.15, coat=1.0, scale=4)
    add_lathe(mug, 'mug', [(0, 0), (0.085, 0), (0.095, 0.02), (0.095, 0.2), (0.088, 0.2),
                           (0.085, 0.03), (0, 0.02)], glaze)
    add_column(mug, 'coffee', 0.086, 0.005, paint.make_plain('coffee', '#22120a', 0.08),
               place(0, 0, 0.165))
    handle = [(0.09 + 0.07 * math.sin(math.pi * k / 10), 0, 0.17 - 0.013 * k) for k in range(11)]
    add_tube(mug, 'handle', handle, 0.014, glaze)
    things = Stage('things')
    add_tube(things, 'pen', [(-0.18, -0.52, 0.014), (0.12, -0.46, 0.014)], 0.012,
             paint.make_plain('pen', '#1f3f66', 0.2, coat=1.0))
    glass = paint.make_plain('weight', '#3d7f72', 0.05, coat=1.0)
    add_ball(things, 'weight', 0.07, glass, place(-0.42, -0.3, 0.045), 0.7)
    for k in range(2):
        add_lathe(things, 'lens', [(0.075, 0), (0.085, 0.006), (0.075, 0.012)],
                  paint.make_plain('rim', '#1d1a18', 0.3, coat=0.6),
                  place(-0.62 + 0.19 * k, -0.12, 0.06, roll_deg=75))
    add_tube(things, 'bridge', [(-0.545, -0.12, 0.075), (-0.525, -0.125, 0.085),
                                (-0.505, -0.12, 0.075)], 0.006, brass)
    frame = Stage('frame', place(0.15, 0.95, 0.3, -4, 0, 8))
    add_box(frame, 'frame', (0.5, 0.04, 0.6), paint.make_wood('dark', '#2c1b10', '#57371f'),
            place(), 0.012)
    add_box(frame, 'picture', (0.4, 0.05, 0.5),
            paint.make_patches('print', ['#d3a04c', '#3d6d82', '#c9603f', '#e9dcc0'], 6, 0.5),
            place(0, -0.002, 0), 0)
    return Shot(orbit((0, 0.1), 2.7, 1.15, 26, -24, 0.15), still(-0.03, 0.15, 0.3), 40)


def add_desk_lamp(stage):
    green = paint.make_plain('enamel', '#1f5a45', 0.25, mottling=0.1, coat=1.0)
    steel = paint.make_metal('steel', '#b8bcc0', 0.25)
    add_column(stage, 'foot', 0.2, 0.04, green)
    elbow, end = Vector((-0.12, 0, 0.62)), Vector((0.42, -0.2, 1.06))
    for side in (-0.025, 0.025):
        add_tube(stage, 'arm', [Vector((0, side, 0.04)), elbow + Vector((0, side, 0))], 0.013,
                 steel)
        add_tube(stage, 'arm', [elbow + Vector((0, side, 0)), end + Vector((0, side, 0))], 0.013,
                 steel)
    add_ball(stage, 'joint', 0.045, green, place(*elbow))
    add_ball(stage, 'joint', 0.04, green, place(*end))
    shade = [(0.03, 0.02), (0.06, 0.0), (0.08, -0.06), (0.19, -0.22), (0.182, -0.22), (0.07, -0.06),
             (0.05, -0.02)]
    add_lathe(stage, 'shade', shade, green, aim(end, (-0.32, 0.22, 0.9)))
    add_ball(stage, 'bulb', 0.06, paint.make_glow('bulb', '#fff0c8', 3.0),
             aim(end, (-0.32, 0.22, 0.9)) @ place(0, 0, -0.13))


def add_pencils(stage, dice):
    add_lathe(stage, 'cup', [(0, 0), (0.09, 0), (0.1, 0.24), (0.092, 0.24), (0.083, 0.02),
                             (0, 0.02)],
              paint.make_patches('cup', ['#2d5873', '#d9c08a', '#b8503a'], 9, 0.4, coat=0.4))
    wood, lead = paint.make_plain('wood', '#d9b07a', 0.7), paint.make_plain('lead', '#222226', 0.5)
    for k in range(9):
        turn = TAU * k / 9
        foot = Vector((0.05 * math.cos(turn + 2), 0.05 * math.sin(turn + 2), 0.03))
        tip = Vector(
            (0.085 * math.cos(turn), 0.085 * math.sin(turn), 0.36 + dice.uniform(-0.04, 0.08)))
        code = ('#d8a422', '#b9342b', '#2f6a9c', '#3d8a4d')[k % 4]
        paint_coat = paint.make_plain('lacquer', code, 0.3, coat=0.8)
        neck, point = foot.lerp(tip, 0.88), foot.lerp(tip, 0.97)
        add_tube(stage, 'pencil', [foot, neck], 0.011, paint_coat, sides=2)
        add_tube(stage, 'wood', [neck, point], 0.011, wood, [1.0, 0.35], sides=2)
        add_tube(stage, 'lead', [point, tip], 0.004, lead, [1.0, 0.2], sides=2)
