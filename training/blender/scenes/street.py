# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A street of town houses with lamps, trees and parked cars, in low sun."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_sky, add_sun
from kit.shapes import (GROUND, Stage, add_ball, add_box, add_column, add_floor, add_prism,
                        add_tree, add_tube, place)


def build():
    dice = random.Random(8)
    add_sky('#6f9bd0', '#e7dfd2', 0.65, clouds=0.4)
    add_sun((0.62, -0.55, 0.62), 4.0, '#ffe3b8')
    ground = Stage('ground', index=GROUND)
    add_floor(ground,
              160,
              paint.make_soil('asphalt', '#3b3c40', '#5c5c5e', 0.8, '#77756f', 0.3),
              centre=(0, 50))
    paving = paint.make_bricks('paving', '#a39c90', '#8c867c', '#5d5850', 0.7, flat=True)
    line_paint = paint.make_plain('line', '#d8d5c8', 0.7)
    for x in (-5.6, 5.6):
        add_box(ground, 'pavement', (3.4, 120, 0.16), paving, place(x, 40, 0.08), 0.03)
    for k in range(16):
        add_box(ground, 'dash', (0.16, 1.8, 0.012), line_paint, place(0, 4 * k, 0.006), 0)
    build_houses(dice)
    for k in range(4):
        add_street_lamp(-4.4, 4.0 + 11 * k, 1)
        tree = Stage('tree', place(4.5, 8.0 + 9.5 * k, 0.1, 90 * k))
        add_tree(tree, dice, (0, 0, 0), 1.5, 0.12, 4, paint.make_bark('bark'),
                 paint.make_leaf('leaf', '#4d6d2b', '#9aa548'), 4, 0.34)
    for (x, y), code in zip(((-3.1, 6.5), (-3.1, 12.3), (3.1, 13.5), (3.1, 26)),
                            ('#a52a22', '#2f557c', '#d8cfae', '#2f3f37')):
        add_car(x, y, code)
    return Shot(line((-1.3, -4.6, 1.7), (0.4, 0.6, 1.9)), line((0.4, 14, 2.5), (-0.3, 18, 2.6)), 28)


def build_houses(dice):
    walls = [
        paint.make_bricks('red', '#9a5340', '#7c3e2f', '#b5a692', 0.24),
        paint.make_plaster('cream', '#dfcfa6', scale=0.6),
        paint.make_plaster('blue', '#8fa9b5', scale=0.6),
        paint.make_bricks('grey', '#8f8a83', '#777169', '#b9b3a8', 0.3),
        paint.make_plaster('rose', '#c99684', scale=0.6)
    ]
    roof = paint.make_bricks('tiles', '#6e4136', '#58332b', '#2c201c', 0.35)
    sash = paint.make_plain('sash', '#ebe6da', 0.5)
    pane = paint.make_plain('pane', '#1d2a35', 0.08, coat=1.0)
    doors = [
        paint.make_wood('door', dark, light, (6, 6, 0.6))
        for dark, light in (('#1f3a2c', '#33594a'), ('#5b1f1c', '#87332c'), ('#1f2f52', '#34507c'))
    ]
    for side in (-1, 1):
        y = -2.0
        for k in range(8):
            wide, tall = dice.uniform(5.0, 6.6), dice.uniform(5.8, 9.4)
            house = Stage('house', place(side * 7.3, y + 0.5 * wide, 0, -90 if side > 0 else 90))
            add_box(house, 'wall', (wide, 6, tall), walls[(k + 2 * (side > 0)) % 5],
                    place(0, 3, 0.5 * tall), 0.02)
            add_prism(house, 'roof', [(-3.4, 0), (3.4, 0), (0, 2.4)], wide, roof,
                      place(0, 3, tall, 90))
            add_box(house, 'chimney', (0.6, 0.6, 1.6), walls[0], place(0.3 * wide, 2.2, tall + 1.7))
            columns = 2 if wide < 5.8 else 3
            for floor in range(int((tall - 0.5) / 2.7)):
                for column in range(columns):
                    x = wide * ((column + 0.5) / columns - 0.5)
                    if floor == 0 and column == k % columns:
                        add_box(house, 'door', (1.1, 0.16, 2.2), doors[k % 3], place(x, 0, 1.15),
                                0.02)
                        add_box(house, 'step', (1.5, 0.7, 0.2), sash, place(x, -0.3, 0.2), 0.03)
                        continue
                    z = 1.6 + 2.7 * floor
                    add_box(house, 'frame', (1.16, 0.14, 1.56), sash, place(x, 0, z), 0.02)
                    add_box(house, 'pane', (0.98, 0.16, 1.38), pane, place(x, 0, z), 0)
                    add_box(house, 'bar', (0.05, 0.19, 1.38), sash, place(x, 0, z), 0)
                    add_box(house, 'bar', (0.98, 0.19, 0.05), sash, place(x, 0, z), 0)
                    add_box(house, 'sill', (1.36, 0.3, 0.09), sash, place(x, -0.06, z - 0.8), 0.02)
            y += wide + 0.02


def add_street_lamp(x, y, side):
    lamp = Stage('lamp', place(x, y, 0.15))
    iron = paint.make_plain('iron', '#1d2422', 0.35)
    add_column(lamp, 'foot', 0.14, 0.7, iron, top=0.09)
    add_column(lamp, 'post', 0.06, 4.2, iron, top=0.045)
    arc = [(side * 0.6 * (1 - math.cos(a)), 0, 4.2 + 0.5 * math.sin(a))
           for a in (0.5 * math.pi * k / 8 for k in range(9))]
    add_tube(lamp, 'arm', arc, 0.035, iron)
    add_column(lamp, 'hood', 0.2, 0.18, iron, place(side * 0.65, 0, 4.55), top=0.06)
    add_ball(lamp, 'bulb', 0.12, paint.make_glow('bulb', '#fff0cf', 0.6),
             place(side * 0.65, 0, 4.52))


def add_car(x, y, code):
    car = Stage('car', place(x, y, 0.15, 90))
    lacquer = paint.make_plain('lacquer', code, 0.3, mottling=0.05, coat=1.0)
    dark = paint.make_plain('glass', '#10161b', 0.05, coat=1.0)
    body = [(-2.05, 0.2), (2.05, 0.2), (2.08, 0.55), (1.9, 0.72), (1.0, 0.82), (-1.75, 0.86),
            (-2.08, 0.7)]
    cabin = [(-1.6, 0.84), (1.05, 0.82), (0.45, 1.32), (-1.05, 1.36)]
    add_prism(car, 'body', body, 1.66, lacquer, place(), 0.07)
    add_prism(car, 'cabin', cabin, 1.42, dark, place(), 0.05)
    add_prism(car, 'top', [(-1.06, 1.34), (0.46, 1.30), (0.40, 1.38), (-1.0, 1.41)], 1.44, lacquer,
              place(), 0.02)
    rubber = paint.make_plain('rubber', '#15151a', 0.8)
    steel = paint.make_metal('steel', '#b9bcc0', 0.25)
    for wx in (-1.3, 1.3):
        for wy in (-0.82, 0.82):
            add_column(car, 'tyre', 0.33, 0.22, rubber, place(wx, wy - 0.11, 0.2, roll_deg=-90))
            add_column(car, 'hub', 0.19, 0.25, steel, place(wx, wy - 0.125, 0.2, roll_deg=-90))
    white = paint.make_glow('head lamp', '#fff6dd', 0.4)
    for wy in (-0.6, 0.6):
        add_ball(car, 'lamp', 0.11, white, place(2.03, wy, 0.58))
        add_ball(car, 'lamp', 0.09, paint.make_plain('red', '#a3120d', 0.2), place(-2.03, wy, 0.62))
