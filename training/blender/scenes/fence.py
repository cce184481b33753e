# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A garden behind a picket fence, with grass, wires and a tree: thin things before far ones."""

import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, line, still
from kit.light import add_sky, add_sun
from kit.numbers import lerp
from kit.shapes import (BACKDROP, GROUND, Stage, add_box, add_floor, add_grass, add_prism, add_tree,
                        add_tube, place, slack_line)


def build():
    dice = random.Random(11)
    add_sky('#4f86c6', '#dbe7ee', 0.7, clouds=0.35)
    add_sun((-0.7, -0.55, 0.75), 4.2)
    meadow = Stage('meadow', index=GROUND)
    add_floor(meadow,
              60,
              paint.make_soil('lawn', '#3c5a22', '#7f9440', 2.0, '#c8c27a'),
              centre=(0, 20))
    blades = paint.make_leaf('blades', '#4f7a28', '#a3ab52')
    roots = [(dice.uniform(-4, 4), lerp(-1.8, 4.0, dice.random()**1.6), 0) for _ in range(2600)]
    add_grass(meadow, 'grass', dice, roots, 0.26, 0.012, blades)

    fence = Stage('fence')
    white = paint.make_plain('paint', '#e9e4d6', 0.5, mottling=0.35, bump=0.3, scale=3.0)
    for k in range(-15, 16):
        if k in (3, 4):
            continue
        outline = [(-0.06, 0), (0.06, 0), (0.06, 0.95), (0.0, 1.08), (-0.06, 0.95)]
        add_prism(
            fence, 'picket', outline, 0.03, white,
            place(0.27 * k, dice.gauss(0, 0.01), 0.05, dice.gauss(0, 1.5), dice.gauss(0, 1.2)),
            0.008)
    for z in (0.35, 0.8):
        for x, length in ((-1.9, 5.0), (2.9, 3.0)):
            add_box(fence, 'rail', (length, 0.04, 0.09), white, place(x, 0.04, z), 0.01)

    shed = Stage('shed')
    boards = paint.make_stripes('boards', ['#94543a', '#80452f', '#a2603f'], 2.5, 0.8, 'Object')
    add_box(shed, 'walls', (3.2, 2.4, 2.0), boards, place(2.9, 7.5, 1.0), 0.02)
    roof = paint.make_bricks('shingles', '#58585e', '#45454a', '#2b2b2e', 0.35)
    add_prism(shed, 'roof', [(-1.9, 0), (1.9, 0), (0, 1.1)], 2.8, roof, place(2.9, 7.5, 2.0))
    add_box(shed, 'door', (0.9, 0.06, 1.6), paint.make_wood('door', '#2c3d38', '#4a665e'),
            place(2.5, 6.29, 0.8))

    tree = Stage('tree')
    add_tree(tree, dice, (-2.3, 3.6, 0), 1.1, 0.13, 4, paint.make_bark('bark'),
             paint.make_leaf('leaves', '#56802f', '#93a844'), 5, 0.2)
    poles = Stage('poles')
    wood = paint.make_bark('pole', '#4a3a2c', '#83705c')
    tops = []
    for x, y in ((-7.5, 9.0), (0.4, 12.0), (9.0, 15.0)):
        add_tube(poles, 'pole', [(x, y, 0), (x, y, 5.6)], 0.13, wood)
        add_box(poles, 'arm', (1.6, 0.12, 0.12), wood, place(x, y, 5.2, 20))
        tops.append((x, y, 5.3))
    wire = paint.make_plain('wire', '#1c1c1f', 0.4)
    for a, b in zip(tops, tops[1:]):
        for side in (-0.7, 0.0, 0.7):
            shift = Vector((side, 0.25 * side, 0))
            add_tube(poles, 'wire', slack_line(Vector(a) + shift,
                                               Vector(b) + shift, 0.35), 0.02, wire)
    hills = Stage('hills', index=BACKDROP)
    add_floor(hills, 240, paint.make_soil('hills', '#54704a', '#8b9f78', 0.12, '#6c8456', 0.2),
              lambda x, y: -0.6 + max(0.0, y - 60) * 0.12 * (1.2 + 0.6 *
                                                             (0.05 * x % 2 - 1)**2), 60, (0, 110))
    return Shot(line((-1.2, -3.4, 1.25), (0.9, -3.0, 1.45)), still(0.2, 4.0, 1.25), 32)
