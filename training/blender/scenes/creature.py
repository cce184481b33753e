# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A long-necked creature of clay that turns its head beside a nest, on a mossy bank."""

import math
import random

from mathutils import Vector, noise

from kit import materials as paint
from kit.camera import Shot, orbit, still
from kit.light import add_panel, add_sky, add_sun
from kit.numbers import TAU, lerp
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_floor, add_grass, add_lathe,
                        add_prism, add_tube, place)

LINKS = 26  # of neck and tail


def height_at(x, y):
    return 0.16 * noise.noise(Vector((0.5 * x, 0.5 * y, 9.0))) + 0.05 * max(0.0, y - 1.0)


def build():
    dice = random.Random(5)
    add_sky('#7fb0d8', '#f0ead8', 0.6)
    add_sun((-0.5, -0.62, 0.66), 4.2, '#fff0d0')
    add_panel((3.2, -0.5, 1.2), (0, 0, 0.8), 70, 1.2, '#c9a6ff')
    ground = Stage('ground', index=GROUND)
    moss = paint.make_soil('moss', '#46602c', '#8a9a4a', 1.6, '#c9c083')
    add_floor(ground, 14, moss, height_at, 90, (0, 2))
    roots = [(x, y, height_at(x, y))
             for x, y in ((dice.uniform(-3, 3), dice.uniform(-1.5, 3)) for _ in range(700))]
    add_grass(ground, 'grass', dice, roots, 0.16, 0.012,
              paint.make_leaf('blade', '#557a2c', '#9fae52'))
    hills = Stage('hills', index=BACKDROP)
    add_floor(
        hills, 90, paint.make_soil('hills', '#5f7f86', '#88a3a2', 0.15, '#93aca8', 0.2),
        lambda x, y: -3 + 6 * max(0.0, noise.noise(Vector(
            (0.07 * x, 0.07 * y, 3)))) + 0.05 * y, 70, (0, 70))
    hide = paint.make_plain('hide', '#3f8f86', 0.45, mottling=0.45, bump=0.35, coat=0.3, scale=5)
    pale = paint.make_plain('belly', '#d7c98f', 0.5, mottling=0.25, bump=0.2, scale=5)
    horn = paint.make_plain('horn', '#e2702f', 0.35, mottling=0.2, coat=0.5)
    beast = Stage('creature', place(-0.1, 0.3, height_at(0, 0.3), 12))
    add_ball(beast, 'trunk', 0.48, hide, place(0, 0, 0.62), 0.82).scale = (1.45, 0.95, 1)
    add_ball(beast, 'belly', 0.44, pale, place(0, -0.03, 0.54), 0.8).scale = (1.35, 0.92, 1)
    for x in (-0.42, 0.4):
        for y in (-0.26, 0.26):
            leg = [(x, y, 0.55), (x * 1.1, y * 1.2, 0.3), (x * 1.12, y * 1.22, 0.06)]
            add_tube(beast, 'leg', leg, 0.14, hide, [1.1, 0.8, 0.85], sides=8)
            add_ball(beast, 'foot', 0.15, hide, place(x * 1.12 - 0.04, y * 1.22, 0.06), 0.5)
    tail = [
        Vector((0.55 + 0.9 * u, 0.25 * math.sin(2.4 * u), 0.6 - 0.5 * u + 0.28 * u**3))
        for u in (k / LINKS for k in range(LINKS + 1))
    ]
    add_tube(beast,
             'tail',
             tail,
             0.24,
             hide, [lerp(1.0, 0.12, (k / LINKS)**0.8) for k in range(LINKS + 1)],
             sides=10)
    neck = add_tube(beast,
                    'neck', [(0, 0, 0)] * (LINKS + 1),
                    0.2,
                    hide, [lerp(1.15, 0.55, (k / LINKS)**0.7) for k in range(LINKS + 1)],
                    sides=10)
    head = beast.inner('head')
    add_head(head, hide, pale, horn)
    plates = [beast.inner('plate') for _ in range(9)]
    for k, plate in enumerate(plates):
        tall = 0.2 - 0.012 * k
        add_prism(plate, 'plate', [(-0.09, 0), (0.09, 0), (0.03, tall)], 0.03, horn, bevel=0.01)
    for k in range(6):
        x = -0.42 + 0.17 * k
        add_prism(beast, 'plate', [(-0.1, 0), (0.1, 0), (0.04, 0.26)], 0.04, horn,
                  place(x, 0, 0.62 + 0.39 * math.sqrt(1 - (x / 0.7)**2) - 0.02), 0.012)
    nest = Stage('nest', place(-1.15, -0.55, height_at(-1.15, -0.55)))
    add_nest(nest, dice)

    def neck_point(u, t):
        sway = 0.35 * math.sin(TAU * t) * u
        return Vector((-0.5 - 0.42 * math.sin(1.5 * u) - 0.25 * u**3, sway,
                       0.72 + 0.95 * u - 0.22 * u**3 + 0.05 * math.sin(2 * TAU * t) * u))

    def pose(t):
        points = neck.data.splines[0].points
        for k in range(LINKS + 1):
            points[k].co = (*neck_point(k / LINKS, t), 1.0)
        tip = neck_point(1.0, t)
        head.root.location = tip
        head.root.rotation_euler = (0, -0.25 + 0.12 * math.sin(2 * TAU * t),
                                    0.7 * math.sin(TAU * t))
        for k, plate in enumerate(plates):
            u = 0.12 + 0.09 * k
            ahead = neck_point(u + 0.01, t) - neck_point(u, t)
            plate.root.location = neck_point(u, t) + Vector((0.2 * lerp(1, 0.5, u), 0, 0.08))
            plate.root.rotation_euler = (0, math.atan2(-ahead.z, ahead.x) + math.pi, 0)

    return Shot(orbit((-0.1, 0.3), 4.2, 1.3, -26, 26, 0.25), still(-0.1, 0.3, 0.88), 38, pose)


def add_head(stage, hide, pale, horn):
    add_ball(stage, 'skull', 0.19, hide, place(-0.04, 0, 0.03), 0.85).scale = (1.25, 0.9, 1)
    add_ball(stage, 'snout', 0.13, hide, place(-0.26, 0, -0.03), 0.75).scale = (1.5, 0.95, 1)
    add_ball(stage, 'jaw', 0.11, pale, place(-0.24, 0, -0.075), 0.6).scale = (1.5, 0.95, 1)
    white = paint.make_plain('eye', '#f4efdc', 0.1, mottling=0, coat=1.0)
    black = paint.make_plain('pupil', '#101014', 0.1, coat=1.0)
    for side in (-1, 1):
        add_ball(stage, 'eye', 0.065, white, place(-0.13, side * 0.125, 0.12))
        add_ball(stage, 'pupil', 0.034, black, place(-0.172, side * 0.15, 0.13))
        add_ball(stage, 'nostril', 0.018, black, place(-0.43, side * 0.05, 0.02))
        add_tube(stage, 'horn', [(0.05, side * 0.08, 0.14), (0.12, side * 0.1, 0.27),
                                 (0.22, side * 0.1, 0.34)], 0.04, horn, [1.0, 0.7, 0.15])


def add_nest(stage, dice):
    twig = paint.make_bark('twig', '#57402a', '#94764f')
    for _ in range(90):
        turn, lift = dice.uniform(0, TAU), dice.uniform(0.02, 0.22)
        radius = 0.34 + 0.25 * lift + dice.gauss(0, 0.02)
        arc = [(radius * math.cos(turn + a), radius * math.sin(turn + a),
                lift + dice.gauss(0, 0.01)) for a in (-0.4, -0.15, 0.15, 0.4)]
        add_tube(stage, 'twig', arc, 0.014, twig, sides=1)
    shell = paint.make_plain('shell', '#e8dcc0', 0.35, mottling=0.3, coat=0.3, scale=9)
    for x, y, turn in ((-0.1, 0.03, 10), (0.12, 0.1, 70), (0.05, -0.13, 140)):
        add_lathe(stage,
                  'egg', [(0.13 * math.sin(math.pi * k / 14) *
                           (1 - 0.12 * k / 14), -0.17 * math.cos(math.pi * k / 14))
                          for k in range(15)],
                  shell,
                  place(x, y, 0.2, turn, 35),
                  crease_deg=180)
