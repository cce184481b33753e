# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Laundry in the wind: sheets and shirts on lines, folding as they wave."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_sky, add_sun
from kit.numbers import TAU, smoothstep
from kit.shapes import (BACKDROP, GROUND, Stage, add_box, add_column, add_floor, add_grass,
                        add_lathe, add_prism, add_sheet, add_tube, place, slack_line)

COLUMNS, ROWS = 44, 34


class WavingSheet:
    """A cloth that hangs from a line. Its folds run down and grow towards the loose end."""

    def __init__(self, stage, dice, x, y, width, height, material, top=2.05):
        self.x, self.y, self.width, self.height, self.top = x, y, width, height, top
        self.folds, self.start = dice.uniform(2.0, 3.4), dice.uniform(0, TAU)
        self.thing = add_sheet(stage,
                               'cloth',
                               COLUMNS,
                               ROWS,
                               lambda s, t: self.point(s, t, 0.0),
                               material,
                               thickness=0.006)

    def point(self, s, t, time):
        loose = smoothstep(0.0, 1.0, t)
        wave = math.sin(TAU * self.folds * s + self.start + 2.2 * t - 2 * TAU * time)
        gust = 0.5 + 0.5 * math.sin(TAU * time * 2 + self.start + s)
        swing = loose * (0.16 + 0.30 * gust) * self.height
        sag = 0.05 * math.sin(math.pi * s)
        return Vector((self.x + self.width * (s - 0.5) + 0.02 * wave * t,
                       self.y + swing + 0.10 * wave * (0.25 + loose),
                       self.top - sag - self.height * (t - 0.10 * loose * gust)))

    def move_to(self, time):
        vertices = self.thing.data.vertices
        for j in range(ROWS + 1):
            for i in range(COLUMNS + 1):
                vertices[j * (COLUMNS + 1) + i].co = self.point(i / COLUMNS, j / ROWS, time)
        self.thing.data.update()


def build():
    dice = random.Random(21)
    add_sky('#4f8ad0', '#e2ebf0', 0.75, clouds=0.5)
    add_sun((-0.55, -0.62, 0.6), 4.2, '#fff0d2')
    lawn = Stage('lawn', index=GROUND)
    add_floor(lawn, 50, paint.make_soil('lawn', '#48652a', '#86993f', 1.5, '#cfc98a'))
    roots = [(dice.uniform(-5, 5), dice.uniform(-3, 4), 0) for _ in range(2200)]
    add_grass(lawn, 'grass', dice, roots, 0.16, 0.012,
              paint.make_leaf('blade', '#567d2c', '#a0ab52'))
    wall = Stage('wall', index=BACKDROP)
    add_box(wall, 'wall', (24, 0.4, 2.4), paint.make_stone('wall', '#a59884', 1.4),
            place(0, 7.5, 1.2), 0.05)

    poles = Stage('poles')
    wood = paint.make_bark('pole', '#51402f', '#93795a')
    rope = paint.make_plain('rope', '#cbbf9f', 0.9)
    for x in (-2.9, 2.9):
        add_column(poles, 'pole', 0.06, 2.35, wood, place(x, 0.45))
        add_box(poles, 'arm', (0.08, 1.9, 0.08), wood, place(x, 0.45, 2.2), 0.015)
    for y in (-0.35, 1.25):
        add_tube(poles, 'rope', slack_line((-2.9, y, 2.2), (2.9, y, 2.2), 0.1), 0.012, rope)

    sheets = []
    designs = ((-1.5, -0.35, 1.7, 1.35, paint.make_stripes('blue', ['#e9e6dc', '#3b6a9e'], 9, 0.9)),
               (0.35, -0.35, 1.3, 1.0, paint.make_weave('red', '#b3392f', '#d77a5c', 60)),
               (1.85, -0.35, 1.1, 1.5,
                paint.make_patches('quilt', ['#d9b44a', '#2f6f66', '#c2553a', '#efe6d2'], 7,
                                   0.9, 'UV')), (-0.7, 1.25, 1.9, 1.4,
                                                 paint.make_plain('white',
                                                                  '#ece8de',
                                                                  0.9,
                                                                  mottling=0.12)),
               (1.4, 1.25, 1.6, 1.2,
                paint.make_stripes('green', ['#5e8a56', '#e8e2c8', '#c9a13e'], 6, 0.9, axis='Y')))
    pegs = Stage('pegs')
    for x, y, width, height, material in designs:
        sheets.append(WavingSheet(Stage('sheet'), dice, x, y, width, height, material))
        for side in (-0.44, 0.0, 0.44):
            add_prism(pegs, 'peg', [(-0.018, -0.06), (0.018, -0.06), (0.01, 0.06), (-0.01, 0.06)],
                      0.04, wood, place(x + side * width, y, 2.05), 0.004)
    basket = Stage('basket', place(-0.3, -1.25))
    add_lathe(basket, 'basket', [(0, 0), (0.26, 0), (0.36, 0.3), (0.38, 0.3), (0.38, 0.33),
                                 (0.34, 0.33), (0.25, 0.04), (0, 0.04)],
              paint.make_stripes('wicker', ['#8a6234', '#b98b50'], 24, 0.8, 'Generated', 'Z'))
    heap = paint.make_plain('heap', '#d8d3e4', 0.9, mottling=0.2)
    add_sheet(
        basket, 'heap', 30, 30, lambda s, t: Vector(
            (0.62 * (s - 0.5), 0.62 * (t - 0.5), 0.42 - 1.1 *
             ((s - 0.5)**2 +
              (t - 0.5)**2) + 0.03 * math.sin(17 * s + 9 * t) + 0.02 * math.sin(23 * t - 6 * s))),
        heap)

    def pose(t):
        for sheet in sheets:
            sheet.move_to(t)

    return Shot(orbit((0, 0.3), 5.2, 1.35, -28, 24, 0.3), still(0.0, 0.3, 1.2), 36, pose)
