# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""Renders one scene of scenes/.

    blender -b --factory-startup -P render.py -- --scene NAME -o FOLDER [--stereo] [...]
"""

import argparse
import importlib
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from kit import cycles, known_depth, light, passes, stereo, variation


def parse_size(text):
    width, height = text.split('x')
    return int(width), int(height)


def parse_frames(text):
    first, _, last = text.partition('-')
    return range(int(first), int(last or first) + 1)


def parse_options():
    parser = argparse.ArgumentParser(prog='render.py')
    parser.add_argument('--scene', required=True, help='a file of scenes/, without its ending')
    parser.add_argument('-o', '--output', required=True, help='the folder to write into')
    parser.add_argument('--size', type=parse_size, default='200x200')
    parser.add_argument('--frames', type=parse_frames, default='1-90',
                        help='of 90, as 1-90 or 45; with --vary there are more')
    parser.add_argument('--every', type=int, default=1, help='only each n-th of the frames')
    parser.add_argument('--samples', type=int, default=64, help='per pixel, of what is lit')
    parser.add_argument('--turn-lamps', type=float, default=0, help='degrees round the scene')
    parser.add_argument('--vary', action='store_true',
                        help='each frame from its own place, in its own light')
    parser.add_argument('--threads', type=int, default=1)
    parser.add_argument('--picture', action='store_true', help='only pictures, to look at')
    parser.add_argument('--depth', action='store_true', help='only pictures and their depth')
    parser.add_argument('--stereo', action='store_true', help='a stereoscopic pair')
    parser.add_argument('--budget', type=float, default=5.0, help='of a pair, percent of width')
    parser.add_argument('--zero-plane', type=float, default=0.5, help='of a pair, 0 far to 1 near')
    return parser.parse_args(sys.argv[sys.argv.index('--') + 1:])


def main():
    options = parse_options()
    frames = options.frames[::options.every]
    if options.vary and (options.turn_lamps or options.stereo):
        sys.exit('render.py: --vary has lamps and views of its own')
    cycles.clear_everything()
    shot = importlib.import_module(f'scenes.{options.scene}').build()
    if options.turn_lamps:
        light.turn_lamps(options.turn_lamps, shot.target(0.5))
    if options.vary:
        shot = variation.VariedShot(shot, options.scene)
    cycles.set_up(options.size, options.samples, options.threads)
    if options.stereo:
        print(options.scene, stereo.render_pair(options.output, shot,
                                                passes.time_of(frames[0]), options.budget,
                                                options.zero_plane))
    elif options.depth:
        known_depth.render_known_depth(options.output, options.scene, shot, frames)
    elif options.picture:
        for frame in frames:
            if shot.go_to(passes.time_of(frame)) is None:
                continue
            cycles.render_picture(os.path.join(options.output, f'{options.scene}_{frame:04}.png'))
    else:
        passes.render_shot(options.output, shot, frames)


if __name__ == '__main__':
    main()
