# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""A scene seen otherwise: each frame has its own view, its own lamps, and other things about.

A shot shows one arrangement in one light, and ninety frames of it teach little more than three.
What a network is to know of light it has to see in many.
"""

import math
import random
from dataclasses import dataclass

import bpy
from mathutils import Matrix, Vector

from . import materials as paint
from .light import add_panel, add_sun
from .numbers import TAU, lerp, srgb
from .shapes import (GROUND, Stage, add_ball, add_box, add_column, add_lathe, add_leaves, add_prism,
                     add_sheet, add_tube, scatter_frame)

TRIES = 40
GRID = 14  # rays across a view, and as many up it, that say what it shows
STRAYS = 16  # things that belong to no scene
LAMPS = 3


class VariedShot:
    """In the place of a Shot: `go_to(t)` depends on the scene's name and t alone. The scene's own
    bulbs stay, for they hang in something."""

    def __init__(self, shot, name):
        self._shot, self._name = shot, name
        self._own_lamps = [thing for thing in bpy.context.scene.objects
                           if thing.type == 'LIGHT' and thing.data.type != 'POINT']
        self._things = {}
        for thing in bpy.context.scene.objects:
            if thing.pass_index > GROUND and thing.type not in ('LIGHT', 'CAMERA'):
                self._things.setdefault(thing.pass_index, []).append(thing)
        self._strays = make_strays(random.Random(f'{name} strays'))
        self._suns = [add_sun((0, 0, 1)) for _ in range(LAMPS)]
        self._panels = [add_panel((0, 0, 1), (0, 0, 0), 1.0) for _ in range(LAMPS)]

    def go_to(self, t):
        """The camera; None where this moment has no view, which is rare."""
        dice = random.Random(f'{self._name} {t:.6f}')
        moment = dice.random()
        for _ in range(TRIES):
            camera = self._shot.go_to(moment)
            self._clear(dice)
            focus = _choose_focus(dice, camera)
            if focus is None:
                continue
            distance = _look(dice, camera, focus)
            self._scatter(dice, focus, distance)
            bpy.context.view_layer.update()
            seen = _cast_view(camera)
            if _is_a_view(seen, distance) and self._light(dice, focus, distance, seen):
                bpy.context.view_layer.update()
                return camera
        print(f'{self._name}: no view at {t:.3f}')
        return None

    def _clear(self, dice):
        """Some of the scene's things, and nothing that is not its own."""
        _show(self._own_lamps, False)
        for parts in self._things.values():
            _show(parts, dice.random() < 0.8)
        _show([part for _, part in self._strays] + self._suns + self._panels, False)
        bpy.context.view_layer.update()

    def _scatter(self, dice, focus, distance):
        """Stands some strays about, so that outlines and shadows are not the scene's alone."""
        for stage, part in dice.sample(self._strays, dice.randint(0, 6)):
            reach, turn = distance * dice.uniform(0.1, 0.6), dice.uniform(0, TAU)
            above = focus + Vector((reach * math.cos(turn), reach * math.sin(turn), 0.3 * distance))
            ground = _cast(above, Vector((0, 0, -1)))
            if ground is None:
                continue
            tilt = (Matrix.Scale(distance * dice.uniform(0.04, 0.16), 4)
                    @ Matrix.Rotation(dice.uniform(0, TAU), 4, 'Z')
                    @ Matrix.Rotation(dice.choice((0, 0, 0.5, 1.5)), 4, 'X'))
            lowest = min((tilt @ part.matrix_local @ Vector(corner)).z for corner in part.bound_box)
            foot = ground.place - Vector((0, 0, lowest))
            stage.root.matrix_world = Matrix.Translation(foot) @ tilt
            _show([part], True)

    def _light(self, dice, focus, distance, seen):
        """One to three lamps, the first strong. False where it reaches too little of the view."""
        places = [hit.place + 0.002 * hit.distance * hit.normal for hit in seen
                  if hit and hit.index >= GROUND]
        strength = dice.uniform(2.5, 5.0)
        for number in range(dice.choices((1, 2, LAMPS), (4, 4, 2))[0]):
            azimuth, height = dice.uniform(0, TAU), math.radians(dice.uniform(22, 75))
            towards = Vector((math.cos(azimuth) * math.cos(height),
                              math.sin(azimuth) * math.cos(height), math.sin(height)))
            colour = f'#ff{dice.randint(205, 255):02x}{dice.randint(150, 255):02x}'
            power = strength if number == 0 else strength * dice.uniform(0.1, 0.6)
            is_sun = dice.random() < 0.5
            if is_sun:
                lamp = self._suns[number]
                _set_sun(dice, lamp, power)
            else:
                lamp = self._panels[number]
                _set_panel(dice, lamp, power, focus, towards, distance)
            lamp.data.color = srgb(colour)[:3]
            lamp.rotation_euler = towards.to_track_quat('Z', 'Y').to_euler()
            if number == 0:
                free = sum(_is_lit(place, None if is_sun else lamp.location, towards)
                           for place in places)
                if free < 0.45 * len(places):
                    return False
            _show([lamp], True)
        return True


def _set_sun(dice, lamp, power):
    lamp.data.energy = power
    lamp.data.angle = math.radians(dice.choice((0.5, 1.0, 4.0)))


def _set_panel(dice, lamp, power, focus, towards, distance):
    """As bright at the focus as a sun of this power."""
    reach = distance * dice.uniform(0.6, 2.0)
    lamp.data.size = reach * dice.choice((0.05, 0.15, 0.4))
    # A matt square's light at its axis.
    lamp.data.energy = power * math.pi * reach * reach
    lamp.location = focus + reach * towards


def _is_lit(place, lamp, towards):
    """Whether nothing stands between a place and a lamp's place, or a sun's direction."""
    if lamp is None:
        return _cast(place, towards) is None
    way = lamp - place
    return _cast(place, way.normalized(), 0.95 * way.length) is None


@dataclass
class _Hit:
    place: Vector
    normal: Vector  # towards where the ray came from
    index: int
    distance: float


def _cast(origin, direction, reach=1000.0):
    graph = bpy.context.evaluated_depsgraph_get()
    is_hit, place, normal, _, thing, _ = bpy.context.scene.ray_cast(graph, origin, direction,
                                                                    distance=reach)
    if not is_hit:
        return None
    if normal.dot(direction) > 0:
        normal = -normal
    return _Hit(place, normal, thing.pass_index, (place - origin).length)


def _cast_view(camera):
    """What the camera sees, row by row; None for the sky."""
    render = bpy.context.scene.render
    half = 0.5 * camera.data.sensor_width / camera.data.lens
    tall = half * render.resolution_y / render.resolution_x
    turn = camera.matrix_world.to_3x3()
    origin = camera.matrix_world.translation
    steps = [2 * (k + 0.5) / GRID - 1 for k in range(GRID)]
    return [_cast(origin, (turn @ Vector((half * x, tall * y, -1))).normalized())
            for y in steps for x in steps]


def _choose_focus(dice, camera):
    """A place on a thing that the shot itself shows, the nearer the likelier."""
    hits = [hit for hit in _cast_view(camera) if hit and hit.index > GROUND]
    if not hits:
        return None
    nearest = min(hit.distance for hit in hits)
    return dice.choices([hit.place for hit in hits],
                        [(nearest / hit.distance) ** 2 for hit in hits])[0]


def _is_a_view(seen, distance):
    """Neither within a thing nor beneath the ground, and of something."""
    hits = [hit for hit in seen if hit]
    things = sum(hit.index > GROUND for hit in hits)
    drawn = sum(hit.index >= GROUND for hit in hits)
    near = sum(hit.distance < 0.25 * distance for hit in hits)
    return things >= 0.12 * len(seen) and drawn >= 0.3 * len(seen) and near <= 0.03 * len(seen)


def _look(dice, camera, focus):
    """Another place to look at the focus from: aside, above, nearer, with another lens. Gives
    how far that is."""
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
    return distance


def _show(things, is_seen):
    for thing in things:
        thing.hide_render = thing.hide_viewport = not is_seen


def make_strays(dice):
    """Things of about the size of 1, each with its stage: solids, bowls, rings, cloth, leaves."""
    strays = []
    for number in range(STRAYS):
        stage = Stage('stray')
        material = _make_material(dice, f'stray {number}')
        strays.append((stage, _STRAYS[number % len(_STRAYS)](dice, stage, material)))
    return strays


def _stray_ball(_, stage, material):
    return add_ball(stage, 'ball', 0.5, material)


def _stray_box(dice, stage, material):
    size = [dice.uniform(0.4, 1.2) for _ in range(3)]
    return add_box(stage, 'box', size, material, bevel=dice.choice((0.0, 0.03, 0.12)))


def _stray_column(dice, stage, material):
    return add_column(stage, 'column', 0.35, dice.uniform(0.5, 1.8), material,
                      top=dice.choice((0.02, 0.2, 0.35, 0.5)))


def _stray_turned(dice, stage, material):
    profile = [(0.0, 0.0)] + [(dice.uniform(0.12, 0.55), 0.2 * (k + 0.2)) for k in range(6)]
    return add_lathe(stage, 'turned', profile + [(0.0, 1.25)], material, crease_deg=60)


def _stray_ring(dice, stage, material):
    ring = [(0.5 * math.cos(TAU * k / 40), 0.2 * math.sin(2 * TAU * k / 40),
             0.5 * math.sin(TAU * k / 40)) for k in range(40)]
    return add_tube(stage, 'ring', ring, dice.uniform(0.05, 0.18), material, closed=True)


def _stray_sign(dice, stage, material):
    outline = [(dice.uniform(0.35, 0.7) * math.cos(TAU * k / 7),
                dice.uniform(0.35, 0.7) * math.sin(TAU * k / 7)) for k in range(7)]
    return add_prism(stage, 'sign', outline, dice.uniform(0.1, 0.8), material)


def _stray_cloth(dice, stage, material):
    a, b, c, d = (dice.uniform(2, 9) for _ in range(4))

    def point(s, t):
        return Vector((s - 0.5, 0.18 * math.sin(a * s + b * t) + 0.1 * math.sin(c * t + d * s), t))

    return add_sheet(stage, 'cloth', 40, 40, point, material, thickness=0.01)


def _stray_leaves(dice, stage, material):
    frames = [scatter_frame(dice, (0, 0, 0.5), 0.25) for _ in range(60)]
    return add_leaves(stage, 'leaves', frames, 0.3, 0.14, material)


_STRAYS = (_stray_ball, _stray_box, _stray_column, _stray_turned, _stray_ring, _stray_sign,
           _stray_cloth, _stray_leaves)


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
