# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Glass and metal on a cloth: decanter, goblets, silver jug, brass scales."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_lathe,
                        add_sheet, add_tube, place)


def build():
    dice = random.Random(9)
    add_sky('#7f8ca0', '#c8c2b8', 0.7)
    add_spot((-2.4, -1.6, 2.8), (0, 0.1, 0.2), 1000, 100, '#fff1dc', 0.1)
    add_panel((2.6, -0.6, 1.9), (0, 0, 0.3), 110, 0.9, '#ffc98f')
    table = Stage('table', index=GROUND)
    linen = paint.make_weave('linen', '#8a2f33', '#a9494a', 90)
    add_sheet(
        table, 'cloth', 60, 60, lambda s, t: Vector((5 * s - 2.5, 4 * t - 2, 0.006 * math.sin(
            14 * s + 5 * t) + 0.004 * math.sin(31 * t - 9 * s))), linen)
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (8, 0.1, 4),
            paint.make_stripes('panel', ['#7a97a0', '#6d8b95'], 3, 0.7, 'Object'),
            place(0, 2.0, 1.4), 0)
    glass, wine = paint.make_glass('glass'), paint.make_glass('wine', '#8c1322')
    silver = paint.make_metal('silver', '#d9dade', 0.12, '#a39c92')
    brass = paint.make_metal('brass', '#cda04a', 0.18)
    for x, y in ((-0.5, -0.32), (-0.1, -0.5)):
        goblet = Stage('goblet', place(x, y, 0.012))
        add_lathe(goblet,
                  'goblet', [(0, 0), (0.12, 0), (0.12, 0.012), (0.02, 0.03), (0.016, 0.2),
                             (0.09, 0.26), (0.12, 0.36), (0.1, 0.48), (0.094, 0.48), (0.112, 0.36),
                             (0.083, 0.268), (0, 0.23)],
                  glass,
                  segments=48)
        add_lathe(goblet, 'wine', [(0, 0.235), (0.08, 0.27), (0.109, 0.36), (0, 0.36)], wine)
    decanter = Stage('decanter', place(-0.15, 0.32, 0.012))
    add_lathe(decanter,
              'decanter', [(0, 0), (0.22, 0), (0.26, 0.06), (0.22, 0.24), (0.07, 0.42), (0.06, 0.6),
                           (0.1, 0.66), (0.09, 0.66), (0.05, 0.6), (0.058, 0.42), (0.2, 0.235),
                           (0.24, 0.06), (0, 0.02)],
              glass,
              segments=48)
    add_lathe(decanter, 'wine', [(0, 0.022), (0.236, 0.062), (0.21, 0.2), (0, 0.2)], wine)
    add_ball(decanter, 'stopper', 0.085, glass, place(0, 0, 0.74))
    jug = Stage('jug', place(0.5, 0.25, 0.01, 200))
    add_lathe(jug,
              'jug', [(0, 0), (0.16, 0), (0.16, 0.02), (0.12, 0.05), (0.22, 0.2), (0.23, 0.32),
                      (0.14, 0.52), (0.13, 0.6), (0.17, 0.7), (0.155, 0.7), (0.11, 0.6), (0, 0.5)],
              silver,
              segments=48)
    add_tube(jug, 'handle', [(0.15 + 0.19 * math.sin(math.pi * k / 12), 0, 0.62 - 0.4 * k / 12)
                             for k in range(13)], 0.022, silver)
    add_scales(Stage('scales', place(1.12, 0.0)), brass)
    tray = Stage('tray', place(0.35, -0.52, 0.006))
    add_lathe(tray,
              'tray', [(0, 0), (0.3, 0), (0.36, 0.04), (0.36, 0.05), (0.29, 0.014), (0, 0.014)],
              silver,
              segments=56)
    for k in range(6):
        turn = TAU * k / 6
        add_ball(tray, 'marble', 0.05, (glass, brass, wine)[k % 3],
                 place(0.16 * math.cos(turn), 0.16 * math.sin(turn), 0.064))
    candle = Stage('candle', place(-1.05, 0.15))
    add_lathe(candle, 'stick', [(0, 0), (0.17, 0), (0.18, 0.03), (0.05, 0.07), (0.035, 0.16),
                                (0.06, 0.2), (0.03, 0.24), (0.035, 0.4), (0.09, 0.43), (0.09, 0.45),
                                (0, 0.45)], brass)
    add_column(candle, 'candle', 0.04, 0.4 + 0.02 * dice.random(),
               paint.make_plain('wax', '#efe6cf', 0.5, mottling=0.05), place(0, 0, 0.44))
    return Shot(orbit((0.05, 0), 2.9, 1.05, -25, 25, 0.3), still(0.05, 0.05, 0.3), 44)


def add_scales(stage, brass):
    add_lathe(stage, 'post', [(0, 0), (0.16, 0), (0.17, 0.03), (0.03, 0.08), (0.018, 0.3),
                              (0.018, 0.78), (0.035, 0.82), (0, 0.86)], brass)
    add_tube(stage, 'beam', [(-0.33, 0, 0.72), (-0.16, 0, 0.78), (0, 0, 0.79), (0.16, 0, 0.8),
                             (0.33, 0, 0.77)], 0.013, brass)
    for x, top, low in ((-0.33, 0.72, 0.22), (0.33, 0.77, 0.27)):
        for k in range(3):
            turn = TAU * k / 3
            add_tube(stage, 'chain', [(x, 0, top),
                                      (x + 0.13 * math.cos(turn), 0.13 * math.sin(turn), low)],
                     0.004, brass)
        add_lathe(stage, 'pan', [(0, -0.04), (0.09, -0.025), (0.145, 0), (0.135, 0), (0, -0.025)],
                  brass, place(x, 0, low))
