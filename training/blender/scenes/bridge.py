# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A cable bridge with trusses and lamps over a river, seen from its foot path."""

import random

from mathutils import Vector, noise

from kit import materials as paint
from kit.camera import Shot, line
from kit.light import add_sky, add_sun
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_floor, add_tube,
                        place)

TOWERS = (14.0, 62.0)


def build():
    dice = random.Random(41)
    add_sky('#5a8fd0', '#ecdfca', 0.65, clouds=0.45)
    add_sun((-0.75, -0.2, 0.5), 4.2, '#ffe2b3')
    water = Stage('water', index=GROUND)
    ripples = paint.make_soil('water', '#27485a', '#3f6a7a', 0.25, '#c8dbe0', 0.25)
    add_floor(water, 400, ripples, centre=(0, 150)).location.z = -6
    deck = Stage('deck', index=GROUND)
    add_box(deck, 'road', (7.5, 140, 0.3),
            paint.make_soil('road', '#4b4c50', '#68686a', 0.8, '#85837c', 0.2), place(0, 50, -0.15),
            0.02)
    planks = paint.make_wood('planks', '#6d5b48', '#9c8871', (4, 0.6, 4), 0.8, 0)
    for k in range(60):
        add_box(deck, 'plank', (1.7, 0.24, 0.06), planks, place(-4.65, -4 + 0.26 * k, 0.03), 0.01)
    add_box(deck, 'walk', (1.7, 120, 0.05), planks, place(-4.65, 71, 0.0), 0)
    steel = paint.make_plain('steel', '#8a3b2c', 0.45, mottling=0.3, coat=0.3, scale=1.5)
    grey = paint.make_metal('cable', '#8f959a', 0.35)
    add_truss(Stage('truss'), steel)
    for y in TOWERS:
        tower = Stage('tower', place(0, y))
        for x in (-3.75, 3.75):
            add_box(tower, 'leg', (0.6, 0.8, 22), steel, place(x, 0, 5), 0.06)
        for z in (5.2, 10.5, 15.4):
            add_box(tower, 'beam', (8.1, 0.6, 0.7), steel, place(0, 0, z), 0.05)
        for z in (5.6, 10.9):
            for a, b in (((-3.5, z), (3.5, z + 4.2)), ((3.5, z), (-3.5, z + 4.2))):
                add_tube(tower, 'brace', [(a[0], 0, a[1]), (b[0], 0, b[1])], 0.14, steel)
    cables = Stage('cables')
    for x in (-3.75, 3.75):
        for start, end, low in ((-34.0, TOWERS[0], None), (TOWERS[0], TOWERS[1], 2.2),
                                (TOWERS[1], 110.0, None)):
            add_main_cable(cables, x, start, end, low, grey)
    lamp_iron = paint.make_plain('iron', '#22302c', 0.4)
    for k in range(8):
        lamp = Stage('lamp', place(3.3, 2 + 9 * k))
        add_column(lamp, 'post', 0.07, 3.6, lamp_iron, top=0.045)
        add_tube(lamp, 'arm', [(0, 0, 3.6), (-0.3, 0, 3.9), (-0.9, 0, 3.95)], 0.035, lamp_iron)
        add_ball(lamp, 'glass', 0.16, paint.make_glow('glass', '#fff3d2', 0.5),
                 place(-0.95, 0, 3.86), 0.7)
    shore = Stage('shore', index=BACKDROP)
    add_floor(
        shore, 300, paint.make_soil('hills', '#4c6640', '#7d9166', 0.1, '#97a57a',
                                    0.2), lambda x, y: -7 + max(0.0, y - 110) * 0.22 *
        (0.8 + 0.9 * noise.noise(Vector((0.02 * x, 0.02 * y, 0)))), 80, (0, 240))
    town = Stage('town', index=BACKDROP)
    walls = [
        paint.make_plaster('wall', code, scale=0.3)
        for code in ('#d9c8a8', '#c48f72', '#b8b3a6', '#a4786a')
    ]
    for _ in range(40):
        x, tall = dice.uniform(-70, 70), dice.uniform(4, 11)
        add_box(town, 'house', (dice.uniform(4, 8), 5, tall), dice.choice(walls),
                place(x, 118 + dice.uniform(-4, 14), tall / 2 - 4), 0.05)
    return Shot(line((-5.0, -5.4, 1.75), (-4.5, -1.0, 1.9)), line((-1.0, 16, 4.0), (-0.6, 20, 4.6)),
                27)


def add_truss(stage, steel):
    """Rails on both sides of the foot path and along the road, of lattice."""
    for x, tall in ((-5.5, 1.15), (-3.8, 1.15), (3.8, 1.15)):
        for z in (0.15, tall):
            add_box(stage, 'rail', (0.08, 120, 0.08), steel, place(x, 54, z), 0.01)
        for k in range(44):
            y = -6 + 1.1 * k
            add_box(stage, 'post', (0.07, 0.07, tall), steel, place(x, y, 0.5 * tall), 0.008)
            for sign in (0, 1):
                add_tube(stage,
                         'lattice', [(x, y, 0.15 if sign else tall),
                                     (x, y + 1.1, tall if sign else 0.15)],
                         0.02,
                         steel,
                         sides=1)


def add_main_cable(stage, x, start, end, low, steel):

    def height(y):
        if low is None:
            top, foot = (end, start) if abs(end - TOWERS[0]) < 1 else (start, end)
            return 15.8 * max(0.0, (y - foot) / (top - foot))
        middle, half = 0.5 * (start + end), 0.5 * (end - start)
        return low + (15.8 - low) * ((y - middle) / half)**2

    steps = 40
    points = [(x, start + (end - start) * k / steps, height(start + (end - start) * k / steps))
              for k in range(steps + 1)]
    add_tube(stage, 'cable', points, 0.13, steel)
    count = int(abs(end - start) / 1.9)
    for k in range(1, count):
        y = start + (end - start) * k / count
        if y > -7:
            add_tube(stage, 'hanger', [(x, y, 0), (x, y, height(y))], 0.028, steel, sides=1)
