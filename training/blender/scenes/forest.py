# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A wood in autumn: trunks near and far, bare branches, ferns, fallen leaves and a log."""

import math
import random

from mathutils import Matrix, Vector, noise

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_sky, add_sun
from kit.numbers import TAU
from kit.shapes import (GROUND, Stage, add_floor, add_lathe, add_leaves, add_tree, add_tube, place)


def height_at(x, y):
    return 0.35 * noise.noise(Vector((0.22 * x, 0.22 * y, 1.7))) + 0.02 * max(0.0, y - 8)**1.2


def build():
    dice = random.Random(31)
    add_sky('#9db7c9', '#e9e4d3', 0.8)
    add_sun((-0.6, -0.25, 0.55), 4.5, '#ffdfa8', 1.5)
    ground = Stage('ground', index=GROUND)
    add_floor(ground, 60, paint.make_soil('mould', '#3a2b1c', '#6d5433', 1.6, '#a5702f'), height_at,
              120, (0, 22))
    litter = [
        paint.make_leaf('fallen', a, b)
        for a, b in (('#b5672a', '#d9a441'), ('#8e3f20', '#c8742f'), ('#7a6a2c', '#b39b46'))
    ]
    for leaf in litter:
        frames = []
        for _ in range(1300):
            x, y = dice.uniform(-7, 7), -2 + 18 * dice.random()**1.5
            frames.append(
                Matrix.Translation((x, y, height_at(x, y) + 0.02)) @ Matrix.Rotation(
                    dice.uniform(0, TAU), 4, 'Z') @ Matrix.Rotation(dice.gauss(0, 0.4), 4, 'X'))
        add_leaves(ground, 'litter', frames, 0.15, 0.07, leaf)
    bark = paint.make_bark('bark', '#3b2f27', '#8a7a68')
    birch = paint.make_stone('birch', '#d6d0c2', 3.0, 0.8, 0.4, 0.75)
    spots = ((-1.7, 1.6), (1.9, 2.6), (-3.6, 4.2), (0.3, 6.0), (3.7, 5.6), (-1.6, 8.6), (2.0, 9.5),
             (-5.2, 9.0), (5.6, 10.5), (-3.0, 13.0), (0.4, 14.5), (3.8, 15.0), (-6.6, 16.0), (7.0,
                                                                                              17.0))
    for k, (x, y) in enumerate(spots):
        tree = Stage('tree')
        has_leaves = k % 3 != 0
        add_tree(tree, dice, (x, y, height_at(x, y) - 0.2), dice.uniform(2.2, 3.0),
                 dice.uniform(0.16, 0.27), 4, birch if k % 4 == 1 else bark,
                 litter[k % 3] if has_leaves else None, 3, 0.26)
    ferns = Stage('ferns')
    green = paint.make_leaf('fern', '#3f6a2a', '#86a04a')
    for _ in range(26):
        x, y = dice.uniform(-5, 5), dice.uniform(-0.4, 7)
        add_fern(ferns, dice, Vector((x, y, height_at(x, y))), green)
    log = Stage('log', place(0.3, 0.9, 0.16, 20, 90))
    add_lathe(log,
              'log', [(0.0, -1.1), (0.19, -1.1), (0.22, -0.6), (0.2, 0.3), (0.23, 0.9), (0.21, 1.1),
                      (0, 1.1)],
              bark,
              segments=24)
    caps = Stage('mushrooms')
    red = paint.make_plain('cap', '#b32a17', 0.3, mottling=0.3, coat=0.5)
    white = paint.make_plain('stem', '#e6dfcd', 0.8)
    for x, y, size in ((-0.75, 0.1, 1.0), (-0.52, 0.0, 0.7), (-0.62, 0.28, 0.55), (1.1, 0.35, 0.8)):
        at = place(x, y, height_at(x, y) - 0.01) @ Matrix.Scale(size, 4)
        add_lathe(caps, 'stem', [(0, 0), (0.05, 0), (0.035, 0.12), (0.03, 0.2)], white, at)
        add_lathe(caps, 'cap', [(0.03, 0.17), (0.13, 0.16), (0.14, 0.19), (0.1, 0.25), (0.05, 0.28),
                                (0, 0.285)], red, at)
    return Shot(line((-1.4, -2.9, 1.05), (1.1, -2.3, 1.35)), line((0, 4, 1.2), (0, 5, 1.4)), 28)


def add_fern(stage, dice, root, material):
    fronds = dice.randint(6, 9)
    frames = []
    for k in range(fronds):
        turn = TAU * k / fronds + dice.uniform(-0.3, 0.3)
        long = dice.uniform(0.4, 0.65)
        heading = Vector((math.cos(turn), math.sin(turn), 0))
        spine = [
            root + heading * long * t + Vector((0, 0, long * (1.3 * t - 1.0 * t * t)))
            for t in (j / 9 for j in range(10))
        ]
        add_tube(stage, 'spine', spine, 0.006, material)
        for j in range(1, 9):
            for side in (-1, 1):
                frames.append(
                    Matrix.Translation(spine[j]) @ Matrix.Rotation(turn + side * 1.2, 4, 'Z')
                    @ Matrix.Scale(1.15 - 0.1 * j, 4))
    add_leaves(stage, 'fern', frames, 0.15, 0.035, material)
