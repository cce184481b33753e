# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A market stall: a striped awning, crates of fruit, jars, a hanging balance, paving."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor,
                        add_lathe, add_leaves, add_sheet, add_tube, place, scatter_frame,
                        slack_line)


def build():
    dice = random.Random(77)
    add_sky('#6f9fd6', '#e9e4da', 0.7)
    add_sun((0.55, -0.75, 0.62), 4.4, '#fff0cc')
    add_panel((-2.6, -2.0, 1.4), (0, 0, 0.9), 50, 1.2, '#ffe0bb')
    ground = Stage('ground', index=GROUND)
    add_floor(ground, 30,
              paint.make_bricks('cobbles', '#9a9187', '#7f776e', '#57514b', 0.22, flat=True))
    house = Stage('house', index=BACKDROP)
    add_box(house, 'wall', (14, 0.4, 7), paint.make_plaster('wall', '#d3a878', '#c0925f', 0.8),
            place(0, 3, 3.5), 0)
    shutter = paint.make_wood('shutter', '#234a44', '#3a6b62', (5, 5, 0.6))
    for x in (-3.0, 3.0):
        add_box(house, 'opening', (1.1, 0.1, 1.7), paint.make_plain('pane',
                                                                    '#1f2a33',
                                                                    0.1,
                                                                    coat=1.0), place(x, 2.78, 1.9),
                0)
        for side in (-0.8, 0.8):
            add_box(house, 'shutter', (0.5, 0.08, 1.7), shutter, place(x + side, 2.76, 1.9), 0.02)
    stall = Stage('stall')
    wood = paint.make_wood('wood', '#6b4a2b', '#9c7347', (1, 6, 6), 0.7, 0)
    for x in (-1.5, 1.5):
        add_column(stall, 'post', 0.045, 2.15, wood, place(x, -0.35))
        add_column(stall, 'post', 0.045, 2.55, wood, place(x, 1.15))
    awning = paint.make_stripes('awning', ['#b8322c', '#ece5d4'], 8, 0.9)
    add_sheet(stall,
              'awning',
              40,
              12,
              lambda s, t: Vector((3.5 * (s - 0.5), 1.35 - 2.1 * t, 2.62 - 0.5 * t - 0.06 * math.
                                   sin(math.pi * t) + 0.012 * math.sin(16 * math.pi * s) * t)),
              awning,
              thickness=0.01)
    add_sheet(
        stall, 'valance', 64, 4, lambda s, t: Vector(
            (3.5 * (s - 0.5), -0.75, 2.12 - (0.1 + 0.1 * abs(math.sin(8 * math.pi * s))) * t)),
        awning)
    add_box(stall, 'table', (3.1, 1.1, 0.06), wood, place(0, 0.35, 0.75, roll_deg=8), 0.01)
    add_box(stall, 'front', (3.0, 0.05, 0.68),
            paint.make_plain('front', '#2f5d7a', 0.6, mottling=0.35, scale=3), place(0, -0.2, 0.36),
            0.01)
    goods = (('#c62f24', 0.07, 1.0), ('#e08a1e', 0.07, 1.0), ('#7da53a', 0.065, 1.0),
             ('#e4c437', 0.05, 1.5), ('#5b2750', 0.05, 1.0), ('#8f4a2c', 0.055, 0.85))
    for k, (code, size, squash) in enumerate(goods):
        crate = Stage('crate', place(-1.25 + 0.5 * k, 0.3, 0.8, 0, 0, 14))
        add_fruit_crate(crate, dice, wood, code, size, squash)
    low = Stage('low')
    for k, (x, code) in enumerate(((-1.05, '#5f8a34'), (1.1, '#c9742a'))):
        basket = low.inner('basket', place(x, -0.75))
        add_lathe(basket, 'basket', [(0, 0), (0.26, 0), (0.36, 0.34), (0.34, 0.34), (0.24, 0.03),
                                     (0, 0.03)],
                  paint.make_stripes('wicker', ['#8a6234', '#b98b50'], 20, 0.8, 'Generated', 'Z'))
        for _ in range(16):
            turn, ring = dice.uniform(0, TAU), 0.25 * math.sqrt(dice.random())
            skin = paint.make_plain('skin', code, 0.5, mottling=0.4, scale=6)
            add_ball(basket, 'pumpkin', 0.1, skin,
                     place(ring * math.cos(turn), ring * math.sin(turn), dice.uniform(0.26, 0.4)),
                     0.8, 24)
    green = paint.make_leaf('herb', '#3d6e2f', '#86a84a')
    for k in range(5):
        bunch = Stage('bunch', place(-1.2 + 0.6 * k, -0.35, 1.72 + 0.02 * (k % 2)))
        add_tube(bunch, 'string', [(0, 0, 0.62), (0, 0, 0)], 0.006, wood)
        frames = [scatter_frame(dice, (0, 0, -dice.uniform(0.02, 0.28)), 0.05) for _ in range(60)]
        add_leaves(bunch, 'herbs', frames, 0.11, 0.04,
                   green if k % 2 else paint.make_leaf('dry', '#9c7a3a', '#c9a45a'))
    flags = Stage('flags')
    rope = slack_line((-4.5, 2.0, 3.9), (4.5, 0.6, 3.7), 0.45, 24)
    add_tube(flags, 'rope', rope, 0.012, wood)
    return Shot(orbit((0, 0.2), 4.9, 1.65, 22, -24, 0.1), still(0, 0.3, 1.2), 36)


def add_fruit_crate(stage, dice, wood, code, size, squash):
    for y in (-0.27, 0.27):
        for z in (0.04, 0.13):
            add_box(stage, 'slat', (0.46, 0.02, 0.07), wood, place(0, y, z), 0.006)
    for x in (-0.22, 0.22):
        add_box(stage, 'end', (0.025, 0.54, 0.17), wood, place(x, 0, 0.085), 0.006)
    skin = paint.make_plain('skin', code, 0.35, mottling=0.35, coat=0.5, scale=7)
    step = 1.85 * size
    for layer in range(2):
        columns, rows = int(0.4 / step), int(0.5 / step)
        for i in range(columns):
            for j in range(rows):
                at = place(
                    (i - 0.5 * (columns - 1)) * step + dice.gauss(0, 0.006) + 0.3 * step * layer *
                    (-1)**j, (j - 0.5 * (rows - 1)) * step + dice.gauss(0, 0.006),
                    0.06 + size + 1.4 * size * layer, dice.uniform(0, 360), dice.gauss(0, 20),
                    dice.gauss(0, 20))
                add_ball(stage, 'fruit', size, skin, at, squash, 20)
