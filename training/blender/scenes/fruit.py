# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A bowl of fruit, a jug and bread on a kitchen table, by a window."""

import math
import random

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky
from kit.numbers import TAU
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_lathe, add_leaves,
                        add_sheet, add_tube, place, scatter_frame)


def build():
    dice = random.Random(3)
    add_sky('#8d97a6', '#b8b0a4', 0.35)
    add_panel((-3.2, -1.4, 2.6), (0, 0.2, 0.3), 260, 1.0, '#fff0d6')
    wall = Stage('wall', index=BACKDROP)
    plaster = paint.make_plaster('plaster', '#7f9aa0', '#6a848c', 2.0)
    add_sheet(wall, 'wall', 1, 1, lambda s, t: Vector((8 * s - 4, 1.9, 5 * t - 1)), plaster)
    table = Stage('table', index=GROUND)
    planks = paint.make_wood('planks', '#5d3a20', '#a06c3f', (0.8, 6, 6))
    for k in range(-4, 5):
        add_box(table, 'plank', (5, 0.37, 0.08), planks, place(0.3 * (k % 3), 0.38 * k, -0.04),
                0.012)

    bowl = Stage('bowl', place(-0.15, 0.1))
    glaze = paint.make_plain('glaze', '#2d5a8a', 0.15, mottling=0.4, coat=1.0, scale=4)
    profile = [(0.0, 0.0), (0.16, 0.0), (0.18, 0.03), (0.30, 0.10), (0.42, 0.24), (0.46, 0.32),
               (0.44, 0.32), (0.38, 0.22), (0.26, 0.11), (0.0, 0.06)]
    add_lathe(bowl, 'bowl', profile, glaze)
    skins = [
        paint.make_plain('apple', '#b3261c', 0.3, mottling=0.6, coat=0.6, scale=2),
        paint.make_plain('pear', '#b6b543', 0.45, mottling=0.35, scale=6),
        paint.make_plain('orange', '#e0801c', 0.45, mottling=0.1, bump=0.6, scale=7),
        paint.make_plain('plum', '#4a2348', 0.35, mottling=0.5, scale=3)
    ]
    fruit = Stage('fruit', place(-0.15, 0.1))
    for k in range(7):
        angle, ring = TAU * k / 6, 0.0 if k == 6 else 0.24
        size = 0.125 + 0.02 * (k % 2)
        at = place(ring * math.cos(angle), ring * math.sin(angle), 0.42 if k == 6 else 0.30,
                   dice.uniform(0, 360), dice.gauss(0, 18), dice.gauss(0, 18))
        add_ball(fruit, 'fruit', size, skins[k % 4], at, 0.92 if k % 4 != 1 else 1.25)
    stem = paint.make_bark('stem')
    add_tube(fruit, 'stem', [(0, 0, 0.53), (0.01, 0, 0.58), (0.03, 0.01, 0.61)], 0.008, stem)
    loose = Stage('loose')
    for k, (x, y) in enumerate(((0.55, -0.45), (0.33, -0.62), (-0.75, -0.35))):
        add_ball(loose, 'fruit', 0.13, skins[(k * 2 + 1) % 4 if k else 0],
                 place(x, y, 0.12, 40 * k, 25), 0.92)

    jug = Stage('jug', place(0.78, 0.42))
    clay = paint.make_plain('clay', '#d9cdb5', 0.35, mottling=0.2, coat=0.5, scale=3)
    profile = [(0.0, 0.0), (0.17, 0.0), (0.24, 0.12), (0.26, 0.28), (0.20, 0.48), (0.13, 0.60),
               (0.13, 0.68), (0.16, 0.74), (0.145, 0.74), (0.11, 0.66), (0.11, 0.5), (0.0, 0.4)]
    add_lathe(jug, 'jug', profile, clay)
    handle = [(0.13 + 0.2 * math.sin(math.pi * k / 12), 0, 0.66 - 0.42 * k / 12) for k in range(13)]
    add_tube(jug, 'handle', handle, 0.028, clay)
    green = paint.make_leaf('olive', '#5b7a3a', '#8da35a')
    for k in range(7):
        angle = TAU * k / 7
        twig = [Vector((0.03 * math.cos(angle), 0.03 * math.sin(angle), 0.5))]
        for step in range(1, 8):
            spread = 0.03 + 0.045 * step * (1 + 0.05 * step)
            twig.append(
                Vector((spread * math.cos(angle + 0.1 * step),
                        spread * math.sin(angle + 0.1 * step), 0.5 + 0.085 * step)))
        add_tube(jug, 'twig', twig, 0.008, stem)
        add_leaves(jug, 'leaves',
                   [scatter_frame(dice, p, 0.02) for p in twig[2:] for _ in range(3)], 0.16, 0.06,
                   green)

    bread = Stage('bread', place(-1.0, 0.35, 0.0, 25))
    crust = paint.make_stone('crust', '#b5793d', 2.5, 0.7, 0.5)
    add_ball(bread, 'loaf', 0.3, crust, place(0, 0, 0.15), 0.55).scale = (1.5, 0.85, 1)
    knife = Stage('knife', place(0.15, -0.78, 0.012, 18))
    add_box(knife, 'blade', (0.5, 0.06, 0.012), paint.make_metal('steel', '#c9ccd0', 0.2), place(),
            0.004)
    add_box(knife, 'grip', (0.26, 0.05, 0.035), paint.make_wood('grip', '#2a1a10', '#503420'),
            place(-0.37, 0, 0.01), 0.012)
    return Shot(orbit((0, 0.1), 2.75, 1.25, -24, 22, 0.35), still(0.0, 0.1, 0.3), 42)
