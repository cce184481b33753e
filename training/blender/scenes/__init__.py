# SPDX-License-Identifier: Apache-2.0. Guide: training/blender/README.md
"""One file a scene, each with build(): it sets the stage and gives the shot."""
