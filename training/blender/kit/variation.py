# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A scene seen otherwise: each frame has its own view, its own lamps, and other things about.

A shot shows one arrangement in one light, and ninety frames of it teach little more than three. What
a network is to know of light it has to see in many.
"""

import math
import random

import bpy
from mathutils import Matrix, Vector

from . import materials as paint
from .light import add_panel, add_sun
from .numbers import TAU, lerp
from .shapes import (GROUND, Stage, add_ball, add_box, add_column, add_lathe, add_leaves, add_prism,
                     add_sheet, add_tube, scatter_frame)

TRIES = 40
GRID = 14  # rays across a view, and as many up it, that say what it shows
STRAYS = 16  # things that belong to no scene
LAMPS = 3


class VariedShot:
    """In the place of a Shot: `go_to(t)` depends on t and the seed alone."""

    def __init__(self, shot, seed):
        self._shot, self._seed = shot, seed
        self._own_lamps = [thing for thing in bpy.context.scene.objects
                           if thing.type == 'LIGHT' and thing.data.type != 'POINT']
        self._things = {}
        for thing in bpy.context.scene.objects:
            if thing.pass_index > GROUND and thing.type not in ('LIGHT', 'CAMERA'):
                self._things.setdefault(thing.pass_index, []).append(thing)
        self._strays = make_strays(random.Random(f'{seed} strays'))
        self._suns = [add_sun((0, 0, 1)) for _ in range(LAMPS)]
        self._panels = [add_panel((0, 0, 1), (0, 0, 0), 1.0) for _ in range(LAMPS)]

    def go_to(self, t):
        dice = random.Random(f'{self._seed} {t:.6f}')
        moment = dice.random()
        for attempt in range(TRIES):
            camera = self._shot.go_to(moment)
            _show(self._own_lamps, False)
            for parts in self._things.values():
                _show(parts, dice.random() < 0.8)
            _show(self._strays + self._suns + self._panels, False)
            bpy.context.view_layer.update()
            focus = self._choose_focus(dice, camera)
            if focus is None:
                continue
            distance = (focus - camera.location).length
            _look(dice, camera, focus)
            self._scatter(dice, camera, focus)
            bpy.context.view_layer.update()
            seen = _cast_view(camera)
            if not _is_a_view(seen, distance):
                continue
            if self._light(dice, camera, focus, seen):
                bpy.context.view_layer.update()
                return camera
        raise RuntimeError(f'{self._seed}: no view at {t}')

    def _choose_focus(self, dice, camera):
        """A place on a thing that the shot itself shows, the nearer the likelier."""
        hits = [hit for hit in _cast_view(camera) if hit and hit.index > GROUND]
        if not hits:
            return None
        nearest = min(hit.distance for hit in hits)
        return dice.choices([hit.place for hit in hits],
                            [(nearest / hit.distance) ** 2 for hit in hits])[0]

    def _scatter(self, dice, camera, focus):
        """Stands some strays about, so that outlines and shadows are not the scene's alone."""
        distance = (focus - camera.location).length
        for stray in dice.sample(self._strays, dice.randint(0, 6)):
            reach = distance * dice.uniform(0.1, 0.6)
            turn = dice.uniform(0, TAU)
            above = focus + Vector((reach * math.cos(turn), reach * math.sin(turn), 0.3 * distance))
            ground = _cast(above, Vector((0, 0, -1)))
            if ground is None:
                continue
            size = distance * dice.uniform(0.04, 0.16)
            stray.matrix_world = (Matrix.Translation(ground.place)
                                  @ Matrix.Rotation(dice.uniform(0, TAU), 4, 'Z')
                                  @ Matrix.Rotation(dice.choice((0, 0, 0.5, 1.5)), 4, 'X')
                                  @ Matrix.Scale(size, 4))
            _show([stray], True)

    def _light(self, dice, camera, focus, seen):
        """One to three lamps, the first strong. False where it reaches too little of the view."""
        places = [hit.place + 0.002 * hit.distance * hit.normal for hit in seen
                  if hit and hit.index >= GROUND]
        strength = dice.uniform(2.5, 5.0)
        for number in range(dice.choices((1, 2, 3), (4, 4, 2))[0]):
            azimuth = dice.uniform(0, TAU)
            height = math.radians(dice.uniform(22, 75))
            towards = Vector((math.cos(azimuth) * math.cos(height),
                              math.sin(azimuth) * math.cos(height), math.sin(height)))
            colour = '#%02x%02x%02x' % (255, dice.randint(205, 255), dice.randint(150, 255))
            power = strength if number == 0 else strength * dice.uniform(0.1, 0.6)
            if dice.random() < 0.5:
                reach, lamp = 1000.0, self._suns[number]
                lamp.data.energy = power
                lamp.data.angle = math.radians(dice.choice((0.5, 1.0, 4.0)))
                lamp.location = focus
            else:
                distance = (focus - camera.location).length
                reach, lamp = distance * dice.uniform(0.6, 2.0), self._panels[number]
                lamp.data.size = reach * dice.choice((0.05, 0.15, 0.4))
                # The light of a square that shines as a matt one does, at its axis.
                lamp.data.energy = power * math.pi * reach * reach
                lamp.location = focus + reach * towards
            lamp.data.color = [(int(colour[i:i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
            lamp.rotation_euler = towards.to_track_quat('Z', 'Y').to_euler()
            if number == 0:
                free = sum(_cast(place, towards, 0.95 * reach) is None for place in places)
                if free < 0.45 * len(places):
                    return False
            _show([lamp], True)
        return True


class _Hit:
    def __init__(self, place, normal, index, distance):
        self.place, self.normal, self.index, self.distance = place, normal, index, distance


def _cast(origin, direction, reach=1000.0):
    graph = bpy.context.evaluated_depsgraph_get()
    is_hit, place, normal, _, thing, _ = bpy.context.scene.ray_cast(graph, origin, direction,
                                                                    distance=reach)
    return _Hit(place, normal, thing.pass_index, (place - origin).length) if is_hit else None


def _cast_view(camera):
    """What the camera sees, row by row; None for the sky."""
    half = 0.5 * camera.data.sensor_width / camera.data.lens
    turn = camera.matrix_world.to_3x3()
    origin = camera.matrix_world.translation
    steps = [(2 * (k + 0.5) / GRID - 1) * half for k in range(GRID)]
    return [_cast(origin, (turn @ Vector((x, y, -1))).normalized()) for y in steps for x in steps]


def _is_a_view(seen, distance):
    """Neither within a thing nor beneath the ground, and of something."""
    hits = [hit for hit in seen if hit]
    things = sum(hit.index > GROUND for hit in hits)
    drawn = sum(hit.index >= GROUND for hit in hits)
    near = sum(hit.distance < 0.25 * distance for hit in hits)
    return things >= 0.12 * len(seen) and drawn >= 0.3 * len(seen) and near <= 0.03 * len(seen)


def _look(dice, camera, focus):
    """Another place to look at the focus from: aside, above, nearer, with another lens."""
    offset = camera.location - focus
    distance = offset.length * dice.uniform(0.5, 1.1)
    azimuth = math.atan2(offset.y, offset.x) + math.radians(dice.uniform(-55, 55))
    height = math.radians(lerp(4, 60, dice.random() ** 1.5))
    camera.location = focus + distance * Vector((math.cos(azimuth) * math.cos(height),
                                                 math.sin(azimuth) * math.cos(height),
                                                 math.sin(height)))
    camera.data.lens *= dice.uniform(0.8, 1.5)
    aside = Vector(dice.uniform(-0.12, 0.12) * distance for _ in range(3))
    ahead = (focus + aside - camera.location).to_track_quat('-Z', 'Y').to_matrix()
    roll = Matrix.Rotation(math.radians(dice.gauss(0, 3)), 3, 'Z')
    camera.rotation_euler = (ahead @ roll).to_euler()


def _show(things, is_seen):
    for thing in things:
        thing.hide_render = thing.hide_viewport = not is_seen


def make_strays(dice):
    """Things of about the size of 1 that stand at the origin: solids, bowls, rings, cloth, twigs."""
    strays = []
    for number in range(STRAYS):
        stage = Stage('stray')
        material = _make_material(dice, f'stray {number}')
        kind = number % 8
        if kind == 0:
            thing = add_ball(stage, 'ball', 0.5, material, Matrix.Translation((0, 0, 0.5)))
        elif kind == 1:
            size = [dice.uniform(0.4, 1.2) for _ in range(3)]
            thing = add_box(stage, 'box', size, material, bevel=dice.choice((0.0, 0.03, 0.12)))
        elif kind == 2:
            thing = add_column(stage, 'column', 0.35, dice.uniform(0.5, 1.8), material,
                               top=dice.choice((0.02, 0.2, 0.35, 0.5)))
        elif kind == 3:
            profile = [(0.0, 0.0)] + [(dice.uniform(0.12, 0.55), 0.2 * (k + 0.2))
                                      for k in range(6)] + [(0.0, 1.25)]
            thing = add_lathe(stage, 'turned', profile, material, crease_deg=60)
        elif kind == 4:
            ring = [(0.5 * math.cos(TAU * k / 40), 0.2 * math.sin(2 * TAU * k / 40),
                     0.5 + 0.5 * math.sin(TAU * k / 40)) for k in range(40)]
            thing = add_tube(stage, 'ring', ring, dice.uniform(0.05, 0.18), material, closed=True)
        elif kind == 5:
            outline = [(dice.uniform(0.35, 0.7) * math.cos(TAU * k / 7),
                        0.6 + dice.uniform(0.35, 0.7) * math.sin(TAU * k / 7)) for k in range(7)]
            thing = add_prism(stage, 'sign', outline, dice.uniform(0.1, 0.8), material)
        elif kind == 6:
            waves = [dice.uniform(2, 9) for _ in range(4)]
            thing = add_sheet(
                stage, 'cloth', 40, 40, lambda s, t: Vector(
                    (s - 0.5, 0.18 * math.sin(waves[0] * s + waves[1] * t)
                     + 0.1 * math.sin(waves[2] * t + waves[3] * s), t)), material, thickness=0.01)
        else:
            frames = [scatter_frame(dice, (0, 0, 0.5), 0.25) for _ in range(60)]
            thing = add_leaves(stage, 'leaves', frames, 0.3, 0.14, material)
        thing.pass_index = stage.index
        thing.parent = None
        strays.append(thing)
    return strays


def _make_material(dice, name):
    one, other = ('#%02x%02x%02x' % tuple(int(255 * dice.random() ** 0.7) for _ in range(3))
                  for _ in range(2))
    kind = dice.randrange(7)
    if kind == 0:
        return paint.make_plain(name, one, dice.uniform(0.1, 0.9), coat=dice.random())
    if kind == 1:
        return paint.make_metal(name, one, dice.uniform(0.15, 0.6))
    if kind == 2:
        return paint.make_wood(name, one, other)
    if kind == 3:
        return paint.make_tiles(name, one, other, dice.uniform(0.1, 0.4))
    if kind == 4:
        return paint.make_stone(name, one, dice.uniform(1, 6))
    if kind == 5:
        return paint.make_patches(name, [one, other, '#e8e2d4'], dice.uniform(2, 8))
    return paint.make_plaster(name, one, other, dice.uniform(0.5, 4))
