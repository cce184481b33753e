# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A character of primitives that walks through a studio of coloured paper."""

import math

from mathutils import Vector

from kit import materials as paint
from kit.camera import Shot, orbit
from kit.light import add_panel, add_sky, add_spot
from kit.numbers import TAU, lerp
from kit.shapes import (BACKDROP, GROUND, Stage, add_ball, add_box, add_column, add_lathe,
                        add_sheet, add_tube, place)

STEPS = 5  # of the walk, in one shot
STRIDE = 0.42


def build():
    add_sky('#a9b4c4', '#c2bfc0', 0.45)
    add_spot((-2.6, -3.6, 4.2), (0, 0, 0.8), 1900, 95, '#fff0d8', 0.12)
    add_panel((3.4, -1.0, 2.4), (0, 0, 1), 70, 1.2, '#9fc3ff')
    paper = paint.make_plain('paper', '#c9a063', 0.9, mottling=0.06)
    floor = Stage('floor', index=GROUND)
    add_sheet(floor, 'floor', 1, 1, lambda s, t: Vector((14 * s - 7, 9 * t - 5, 0)), paper)
    sweep = Stage('sweep', index=BACKDROP)

    def curve(s, t):
        bend = min(1.0, t * 3)
        return Vector((14 * s - 7, 4 + 1.2 * math.sin(0.5 * math.pi * bend),
                       1.2 * (1 - math.cos(0.5 * math.pi * bend)) + 5 * max(0.0, t - 1 / 3)))

    add_sheet(sweep, 'sweep', 1, 24, curve, paper)
    props = Stage('props')
    add_box(props, 'cube', (0.7, 0.7, 0.7), paint.make_plain('blue', '#2d5f8f', 0.6, scale=2),
            place(-1.6, 1.6, 0.35, 30), 0.03)
    add_lathe(props, 'cone', [(0.45, 0), (0.0, 1.2)],
              paint.make_plain('red', '#b8402f', 0.5, scale=2), place(1.5, 1.9))
    add_ball(props, 'ball', 0.32, paint.make_plain('green', '#6b8f3c', 0.25, coat=1.0),
             place(0.9, -0.55, 0.32))
    figure, pose_figure = add_figure()

    def pose(t):
        figure.root.location.x = lerp(-1.1, 1.0, t)
        pose_figure(t * STEPS * 0.5)

    follow = orbit((0, 0), 3.9, 1.35, -30, 28, 0.2)
    return Shot(follow, lambda t: Vector((lerp(-0.55, 0.5, t), 0, 0.88)), 38, pose)


def add_figure():
    """Gives the figure's stage and what poses it at a number of whole strides."""
    figure = Stage('figure', place(0, 0, 0, 78))
    skin = paint.make_plain('skin', '#d99a6c', 0.5, mottling=0.08)
    shirt = paint.make_stripes('shirt', ['#c8433a', '#efe3cc'], 6, 0.8, 'Generated', 'Z')
    jeans = paint.make_plain('jeans', '#31517d', 0.8, mottling=0.25, scale=9)
    shoe = paint.make_plain('shoe', '#2a2320', 0.3, coat=0.7)
    hair = paint.make_plain('hair', '#3a2416', 0.6, bump=0.8, scale=8)
    white = paint.make_plain('white', '#f3efe6', 0.25, mottling=0)
    body = figure.inner('body', place(0, 0, 0.92))
    add_lathe(body, 'chest', [(0, -0.12), (0.17, -0.1), (0.2, 0.02), (0.19, 0.2), (0.21, 0.36),
                              (0.13, 0.46), (0.06, 0.5), (0, 0.5)], shirt)
    add_ball(body, 'hips', 0.19, jeans, place(0, 0, -0.08), 0.75)
    add_column(body, 'neck', 0.055, 0.12, skin, place(0, 0, 0.46))
    head = body.inner('head', place(0, 0, 0.72))
    add_ball(head, 'head', 0.19, skin, squash=1.1)
    add_ball(head, 'hair', 0.2, hair, place(0, 0.035, 0.045, roll_deg=-14), 0.95)
    add_ball(head, 'nose', 0.04, skin, place(0, -0.19, -0.02))
    for x in (-0.07, 0.07):
        add_ball(head, 'eye', 0.036, white, place(x, -0.165, 0.04))
        add_ball(head, 'pupil', 0.02, shoe, place(x, -0.192, 0.042))
        add_ball(head, 'ear', 0.045, skin, place(2.7 * x, 0, 0))

    def add_limb(parent, at, upper, lower, thick, cloth, end_material):
        joint = parent.inner('joint', at)
        add_tube(joint, 'upper', [(0, 0, 0), (0, 0, -upper)], thick, cloth, [1.1, 0.9], sides=6)
        add_ball(joint, 'joint', 1.08 * thick, cloth)
        bend = joint.inner('bend', place(0, 0, -upper))
        add_ball(bend, 'knee', 0.92 * thick, cloth)
        add_tube(bend,
                 'lower', [(0, 0, 0), (0, 0, -lower)],
                 thick,
                 end_material if end_material is skin else cloth, [0.85, 0.68],
                 sides=6)
        if end_material is skin:
            add_ball(bend, 'hand', 0.07, skin, place(0, 0, -lower - 0.03))
        else:
            add_ball(bend, 'foot', 0.08, end_material, place(0, -0.06, -lower - 0.01),
                     0.7).scale = (1, 1.8, 1)
        return joint, bend

    legs = [add_limb(body, place(x, 0, -0.1), 0.39, 0.38, 0.085, jeans, shoe) for x in (-0.1, 0.1)]
    arms = [add_limb(body, place(x, 0, 0.38), 0.28, 0.26, 0.06, shirt, skin) for x in (-0.26, 0.26)]

    def pose_figure(strides):
        for k, (joint, bend) in enumerate(legs):
            phase = TAU * strides + math.pi * k
            joint.root.rotation_euler.x = 0.55 * math.sin(phase)
            bend.root.rotation_euler.x = -0.75 * max(0.0, math.cos(phase))
        for k, (joint, bend) in enumerate(arms):
            phase = TAU * strides + math.pi * (k + 1)
            joint.root.rotation_euler = (0.5 * math.sin(phase), (0.12, -0.12)[k] * -1, 0)
            bend.root.rotation_euler.x = 0.35 + 0.25 * math.sin(phase)
        body.root.location.z = 0.93 + 0.025 * math.cos(2 * TAU * strides)
        head.root.rotation_euler.z = 0.15 * math.sin(TAU * strides)

    return figure, pose_figure
