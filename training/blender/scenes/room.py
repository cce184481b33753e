# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A living room: armchair, shelf of books, lamp, rug and a sunlit window."""

import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_bulb, add_panel, add_sky, add_sun
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_lathe,
                        add_leaves, add_sheet, add_tube, place, scatter_frame)


def build():
    dice = random.Random(5)
    add_sky('#9fb6d0', '#cfd6da', 0.5)
    add_sun((-0.42, -0.85, 0.34), 3.2, '#ffe9c4')
    add_bulb((1.55, 1.95, 1.62), 35)
    add_panel((0, -2.2, 2.55), (0, 0.8, 0.4), 75, 2.0, '#f1f2ff')
    build_shell()
    build_armchair()
    build_shelf(dice)
    build_lamp_and_plant(dice)
    return Shot(line((-0.9, -3.3, 1.45), (1.0, -3.1, 1.25)),
                line((0.15, 1.0, 0.85), (0.15, 1.0, 0.95)), 33)


def build_shell():
    shell = Stage('shell', index=BACKDROP)
    paper = paint.make_stripes('paper', ['#b9a27c', '#ad946c'], 2.2, 0.85, 'Object')
    add_box(shell, 'back', (5.4, 0.1, 2.8), paper, place(0.1, 2.45, 1.4), 0)
    add_box(shell, 'ceiling', (5.4, 3.4, 0.1), paint.make_plaster('ceiling', '#e4e0d6'),
            place(0.1, 0.8, 2.85), 0)
    side = paint.make_plaster('side', '#a9b3a5', scale=1.5)
    add_box(shell, 'right', (0.1, 6, 2.8), side, place(2.6, 0, 1.4), 0)
    for y0, y1, z0, z1 in ((-3, -0.9, 0, 2.8), (0.9, 2.4, 0, 2.8), (-0.9, 0.9, 0, 0.8), (-0.9, 0.9,
                                                                                         2.2, 2.8)):
        add_box(shell, 'left', (0.12, y1 - y0, z1 - z0), side,
                place(-2.4, 0.5 * (y0 + y1), 0.5 * (z0 + z1)), 0)
    white = paint.make_plain('sash', '#e8e5dc', 0.4)
    for y in (-0.9, 0.0, 0.9):
        add_box(shell, 'bar', (0.14, 0.05, 1.4), white, place(-2.4, y, 1.5), 0.01)
    add_box(shell, 'bar', (0.14, 1.8, 0.05), white, place(-2.4, 0, 1.5), 0.01)
    add_box(shell, 'skirting', (5.4, 0.04, 0.14), white, place(0.1, 2.39, 0.07), 0.01)
    floor = Stage('floor', index=GROUND)
    boards = paint.make_wood('boards', '#54351f', '#8f6138', (0.7, 5, 5), 0.3)
    for k in range(-18, 15):
        add_box(floor, 'board', (5.2, 0.175, 0.04), boards,
                place(0.1 + 0.05 * (k % 5), 0.18 * k, -0.02), 0.006)
    rug = paint.make_patches('rug', ['#7b2a26', '#c7a460', '#2d3b57', '#8e4a33'], 16, 0.95, 'UV')
    add_sheet(floor, 'rug', 30, 30, lambda s, t: Vector((2.6 * s - 1.2, 1.7 * t - 0.6, 0.012)), rug)


def build_armchair():
    chair = Stage('armchair', place(-0.85, 1.15, 0, 24))
    cloth = paint.make_plain('velvet', '#2f6f66', 0.85, mottling=0.45, bump=0.5, scale=7)
    add_box(chair, 'seat', (0.78, 0.75, 0.24), cloth, place(0, 0, 0.36), 0.09)
    add_box(chair, 'back', (0.82, 0.2, 0.85), cloth, place(0, 0.38, 0.66, roll_deg=-10), 0.09)
    for x in (-0.44, 0.44):
        add_box(chair, 'arm', (0.17, 0.8, 0.45), cloth, place(x, 0, 0.42), 0.07)
        for y in (-0.32, 0.32):
            add_column(chair, 'leg', 0.028, 0.2, paint.make_wood('leg', '#2c1a0e', '#4d301b'),
                       place(x, y, 0))
    pillow = paint.make_patches('pillow', ['#d8b24a', '#e8e0cc', '#b5502f'], 5, 0.9)
    add_box(chair, 'pillow', (0.42, 0.15, 0.4), pillow, place(0.05, 0.2, 0.68, 8, 0, -18), 0.07)
    table = Stage('side table', place(0.35, 0.55))
    wood = paint.make_wood('walnut', '#3b2212', '#74482a', (4, 4, 0.7), 0.3, 0.4)
    add_column(table, 'top', 0.3, 0.03, wood, place(0, 0, 0.48))
    add_column(table, 'stem', 0.025, 0.48, wood)
    add_column(table, 'foot', 0.18, 0.03, wood)
    cup = paint.make_plain('cup', '#e4ded0', 0.2, coat=1.0)
    add_lathe(table, 'cup', [(0, 0.51), (0.04, 0.51), (0.055, 0.6), (0.048, 0.6), (0.035, 0.53),
                             (0, 0.53)], cup, place(0.1, -0.05))
    for k in range(3):
        add_box(table, 'book', (0.2, 0.14, 0.03),
                paint.make_plain('cover', ['#7c2f2b', '#274b6b', '#a38a3f'][k], 0.6),
                place(-0.07, 0.02, 0.526 + 0.031 * k, 20 * k + 10), 0.004)


def build_shelf(dice):
    shelf = Stage('shelf', place(1.55, 2.18))
    wood = paint.make_wood('oak', '#6b4728', '#a5764a', (5, 5, 0.6))
    for x in (-0.6, 0.6):
        add_box(shelf, 'side', (0.035, 0.34, 1.3), wood, place(x, 0, 0.65), 0.006)
    codes = ['#7c2f2b', '#274b6b', '#a38a3f', '#3f5a3a', '#54344f', '#b4652f', '#cfc3a4', '#2a2c33']
    covers = [paint.make_plain('cover', code, 0.55, mottling=0.35, scale=20) for code in codes]
    for z in (0.02, 0.45, 0.87, 1.29):
        add_box(shelf, 'board', (1.2, 0.34, 0.03), wood, place(0, 0, z), 0.005)
        x = -0.57
        while z < 1.2 and x < 0.5:
            thick, tall = dice.uniform(0.03, 0.075), dice.uniform(0.24, 0.36)
            if dice.random() < 0.88:
                add_box(shelf, 'book', (thick - 0.003, dice.uniform(0.17, 0.24), tall),
                        dice.choice(covers), place(x + 0.5 * thick, -0.04, z + 0.016 + 0.5 * tall),
                        0.006)
            x += thick
    pictures = Stage('pictures')
    frame = paint.make_wood('frame', '#2c1b10', '#553620')
    for x, z, w, h, codes in ((-1.05, 1.75, 0.62, 0.46,
                               ['#d8b35a', '#315c7d', '#c65a3a', '#e9dfc8']),
                              (-0.3, 1.8, 0.4, 0.55, ['#273c2c', '#6e8f52', '#d8cf9e', '#8a4b2d'])):
        add_box(pictures, 'frame', (w + 0.08, 0.04, h + 0.08), frame, place(x, 2.38, z), 0.01)
        add_box(pictures, 'print', (w, 0.01, h), paint.make_patches('print', codes, 7, 0.6),
                place(x, 2.355, z), 0)


def build_lamp_and_plant(dice):
    lamp = Stage('lamp', place(1.55, 1.95))
    brass = paint.make_metal('brass', '#b98f48', 0.25)
    shade = paint.make_leaf('shade', '#e8d9b4', '#dcc795', 0.9)
    add_lathe(lamp, 'shade', [(0.22, 1.46), (0.14, 1.78)], shade)
    add_lathe(lamp, 'vase', [(0, 1.31), (0.07, 1.31), (0.09, 1.36), (0.03, 1.42), (0.015, 1.5)],
              brass)
    plant = Stage('plant', place(0.72, 2.0))
    add_lathe(plant, 'pot', [(0, 0), (0.15, 0), (0.2, 0.32), (0.17, 0.32), (0.16, 0.28), (0, 0.28)],
              paint.make_plain('terracotta', '#b1613d', 0.8, scale=4))
    green = paint.make_leaf('green', '#2f5d2c', '#6e9440')
    for k in range(11):
        tip = Vector((dice.gauss(0, 0.22), dice.gauss(-0.05, 0.12), dice.uniform(0.7, 1.25)))
        add_tube(plant, 'stalk', [
            Vector((0, 0, 0.28)).lerp(tip, t) + Vector((0, 0, 0.12 * t * (1 - t)))
            for t in (0, 0.3, 0.6, 1)
        ], 0.008, green)
        add_leaves(plant, 'leaf', [scatter_frame(dice, tip, 0.03) for _ in range(3)], 0.32, 0.13,
                   green)
    add_ball(Stage('ball', place(1.0, 0.1)), 'ball', 0.12,
             paint.make_stripes('ball', ['#c93d2c', '#efe6d0', '#2a5a99'], 3, 0.35, 'Generated'),
             place(0, 0, 0.12, 30, 20))
