# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Shots: where the camera is at each moment, and what else moves."""

import math
from dataclasses import dataclass
from typing import Callable, Optional

import bpy
from mathutils import Vector

from .numbers import lerp


@dataclass
class Shot:
    """Time t runs from 0 to 1 over a shot. `eye` and `target` give the camera's place and what it
    looks at; `pose` moves the things of the scene. The lens is for pictures of 16:10; a square one
    shows somewhat less at its sides and somewhat more above and below."""

    eye: Callable[[float], Vector]
    target: Callable[[float], Vector]
    lens_mm: float = 35.0
    pose: Optional[Callable[[float], None]] = None

    def go_to(self, t):
        """Puts camera and things where they are at t; gives the camera."""
        camera = bpy.context.scene.camera or add_camera()
        render = bpy.context.scene.render
        wideness = render.resolution_x / render.resolution_y
        camera.data.lens = self.lens_mm * (1.6 / wideness) ** 0.45
        camera.location = self.eye(t)
        ahead = Vector(self.target(t)) - camera.location
        camera.rotation_euler = ahead.to_track_quat('-Z', 'Y').to_euler()
        if self.pose:
            self.pose(t)
        bpy.context.view_layer.update()
        return camera


def add_camera():
    camera = bpy.data.objects.new('camera', bpy.data.cameras.new('camera'))
    camera.data.clip_start, camera.data.clip_end = 0.05, 2000.0
    bpy.context.collection.objects.link(camera)
    bpy.context.scene.camera = camera
    return camera


def still(x, y, z):
    place = Vector((x, y, z))
    return lambda t: place


def line(start, end):
    return lambda t: Vector(start).lerp(Vector(end), t)


def orbit(centre, radius, height, start_deg, end_deg, rise=0.0):
    """Round the centre, degrees counted from -y (the front) to +x (the right)."""

    def at(t):
        angle = math.radians(lerp(start_deg, end_deg, t))
        return Vector((centre[0] + radius * math.sin(angle), centre[1] - radius * math.cos(angle),
                       height + rise * t))

    return at
