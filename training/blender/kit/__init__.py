# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""What every scene is made of: numbers, nodes, materials, shapes, lights, cameras, renders."""
